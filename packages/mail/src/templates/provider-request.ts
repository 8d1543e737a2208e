import type { Block, Template } from '../layout.ts';
import { fitSubject, japanese, paragraphsOf } from '../text.ts';

interface OfRequest {
  /** Whose mail it is: the provider that is asked, or the reseller that has asked. */
  partnerName: string;
  /** The partner on the other side. */
  otherPartner: string;
  companyName: string;
  asked: 'attest' | 'end' | 'order';
  /** Of an order. */
  product?: string;
  quantity?: number;
  /** The page of the request. */
  link: string;
}

/** To a provider's people who may answer: a reseller asks it to do something for a customer. */
export interface ProviderRequestMail extends OfRequest {
  /** Who asks, at the reseller. */
  requestedBy: string;
  /** What that person says: the reason of an end, the note of an order. */
  words?: string;
}

/** To who asked: what the provider has answered. */
export interface ProviderRequestAnsweredMail extends OfRequest {
  confirmed: boolean;
  /** Who answered, at the provider. */
  decidedBy: string;
  /** Why not. */
  words?: string;
}

const quote = (words: string | undefined): Block[] => {
  const text = paragraphsOf(words ?? '').join('\n\n');
  return text ? [{ kind: 'quote', text }] : [];
};

const en = {
  asked: { attest: 'Attest the customer agreement', end: 'End the relationship', order: 'Order a subscription' },
  subject: { attest: 'Please attest', end: 'Please end', order: 'Please order' },
  wants: (company: string) => ({
    attest: `asks you to attest that ${company} has accepted the customer agreement`,
    end: `asks you to end your relationship with ${company}`,
    order: `asks you to order a subscription for ${company}`,
  }),
  done: {
    attest: 'The customer agreement counts as accepted from now on.',
    end: 'The relationship ends as your provider has set it: at once, on a date, or when nothing is live any more.',
    order: 'The subscription runs from now on, with you as its reseller of record.',
  },
};
const ja = {
  asked: { attest: '顧客契約の証明', end: '関係の終了', order: 'サブスクリプションの注文' },
  wants: (company: string) => ({
    attest: japanese`${company}様が顧客契約に同意したことの証明を依頼しました`,
    end: japanese`${company}様との関係の終了を依頼しました`,
    order: japanese`${company}様のサブスクリプションの注文を依頼しました`,
  }),
  done: {
    attest: '顧客契約は同意済みになりました。',
    end: '関係は、プロバイダーが指定した時期（すぐに、指定の日時、または有効なものがなくなった時点）に終了します。',
    order: 'サブスクリプションが開始されました。記録上のリセラーは御社です。',
  },
};

export const providerRequest: Template<ProviderRequestMail> = {
  en: (props) => {
    const { partnerName: partner, otherPartner, companyName: company, asked, requestedBy, product, quantity, words, link } = props;
    return {
      subject: fitSubject((name) => `${en.subject[asked]}: ${name}`, company),
      reason: `You get this because you can answer requests of indirect resellers for ${partner}.`,
      heading: `${otherPartner} ${en.wants(company)[asked]}`,
      blocks: [
        { kind: 'paragraph', text: 'Nothing happens until somebody at your organisation confirms it. Whoever answers first decides.' },
        {
          kind: 'facts',
          rows: [
            ['Asked for', en.asked[asked]],
            ...(product ? ([['Product', product]] as [string, string][]) : []),
            ...(quantity === undefined ? [] : ([['Quantity', String(quantity)]] as [string, string][])),
            ['Customer', company],
            ['Indirect reseller', otherPartner],
            ['Asked by', requestedBy],
          ],
        },
        ...quote(words),
        { kind: 'button', label: 'Look at it and answer', link },
      ],
    };
  },
  ja: (props) => {
    const { partnerName: partner, otherPartner, companyName: company, asked, requestedBy, product, quantity, words, link } = props;
    return {
      subject: fitSubject((name) => japanese`${ja.asked[asked]}の依頼: ${name}様`, company),
      reason: japanese`このメールは、${partner}で間接リセラーからの依頼に回答できる方にお送りしています。`,
      heading: japanese`${otherPartner}が${ja.wants(company)[asked]}`,
      blocks: [
        { kind: 'paragraph', text: '自社のどなたかが承認するまで、何も行われません。最初に回答した方の判断で決まります。' },
        {
          kind: 'facts',
          rows: [
            ['依頼の内容', ja.asked[asked]],
            ...(product ? ([['製品', product]] as [string, string][]) : []),
            ...(quantity === undefined ? [] : ([['数量', String(quantity)]] as [string, string][])),
            ['顧客', company],
            ['間接リセラー', otherPartner],
            ['依頼者', requestedBy],
          ],
        },
        ...quote(words),
        { kind: 'button', label: '内容を確認して回答する', link },
      ],
    };
  },
};

export const providerRequestAnswered: Template<ProviderRequestAnsweredMail> = {
  en: (props) => {
    const { partnerName: partner, otherPartner, companyName: company, asked, confirmed, decidedBy, product, quantity, words, link } = props;
    const rows: [string, string][] = [
      ['You asked to', en.asked[asked].slice(0, 1).toLowerCase() + en.asked[asked].slice(1)],
      ...(product ? ([['Product', product]] as [string, string][]) : []),
      ...(quantity === undefined ? [] : ([['Quantity', String(quantity)]] as [string, string][])),
      ['Customer', company],
      ['Indirect provider', otherPartner],
      ['Answered by', decidedBy],
    ];
    return {
      subject: fitSubject((name) => `${confirmed ? 'Confirmed' : 'Declined'}: your request for ${name}`, company),
      reason: `You get this because ${partner} asked ${otherPartner} for this, and you asked or can ask again.`,
      heading: confirmed
        ? `${otherPartner} has confirmed your request for ${company}`
        : `${otherPartner} has declined your request for ${company}`,
      blocks: [
        { kind: 'paragraph', text: confirmed ? en.done[asked] : 'Nothing was changed. This reason was given:' },
        ...(confirmed ? [] : quote(words)),
        { kind: 'facts', rows },
        { kind: 'button', label: 'Open the request', link },
      ],
    };
  },
  ja: (props) => {
    const { partnerName: partner, otherPartner, companyName: company, asked, confirmed, decidedBy, product, quantity, words, link } = props;
    const rows: [string, string][] = [
      ['依頼の内容', ja.asked[asked]],
      ...(product ? ([['製品', product]] as [string, string][]) : []),
      ...(quantity === undefined ? [] : ([['数量', String(quantity)]] as [string, string][])),
      ['顧客', company],
      ['間接プロバイダー', otherPartner],
      ['回答者', decidedBy],
    ];
    return {
      subject: fitSubject((name) => japanese`依頼が${confirmed ? '承認' : '辞退'}されました: ${name}様`, company),
      reason: japanese`このメールは、${otherPartner}へ依頼された${partner}の担当の方にお送りしています。`,
      heading: confirmed
        ? japanese`${otherPartner}が${company}様についての依頼を承認しました`
        : japanese`${otherPartner}が${company}様についての依頼を辞退しました`,
      blocks: [
        { kind: 'paragraph', text: confirmed ? ja.done[asked] : '変更されたものはありません。次の理由が挙げられています。' },
        ...(confirmed ? [] : quote(words)),
        { kind: 'facts', rows },
        { kind: 'button', label: '依頼を開く', link },
      ],
    };
  },
};
