import type { Block, Template } from '../layout.ts';
import { fitSubject, japanese, paragraphsOf } from '../text.ts';
import { askedFor, honoured, type OrderMail, orderRows } from './order-facts.ts';

/** To the partner's people who decide about orders: a customer has bought by itself, or asks for something; or that came to nothing. */
export interface OrderPartnerMail extends OrderMail {
  news: 'bought' | 'asked' | 'lapsed' | 'withdrawn';
}

const noteOf = (note: string): Block[] => (note ? [{ kind: 'quote', text: paragraphsOf(note).join('\n\n') }] : []);

export const orderPartner: Template<OrderPartnerMail> = {
  en: (order) => {
    const { news, partnerName: partner, companyName: company, kind, link, note } = order;
    const what = askedFor.en[kind];
    const said = {
      bought: {
        subject: fitSubject((name) => `${name} bought a reservation`, company),
        heading: `${company} bought a reservation by itself`,
        text: `It is within the limits that you set, and it is placed. ${partner} pays for it.`,
        button: 'Look at the order',
      },
      asked: {
        subject: fitSubject((name) => `Please decide: ${name} wants to ${what.split(' ')[0]}`, company),
        heading: `${company} asks to ${what}`,
        text:
          kind === 'cancel'
            ? 'The reservation stays as it is until one of you agrees. Whoever answers first decides.'
            : `Nothing is bought until one of you agrees. Whoever answers first decides. ${partner} pays for it.`,
        button: 'Look at it and decide',
      },
      lapsed: {
        subject: fitSubject((name) => `An order of ${name} has lapsed`, company),
        heading: `Nobody decided about an order of ${company}`,
        text: `${company} asked to ${what}. The time to decide is over: nothing was changed, and ${company} was told. It can ask again.`,
        button: 'Look at the order',
      },
      withdrawn: {
        subject: fitSubject((name) => `${name} took an order back`, company),
        heading: `${company} took an order back`,
        text: `${company} had asked to ${what}. There is nothing left to decide, and nothing was changed.`,
        button: 'Look at the order',
      },
    }[news];
    return {
      subject: said.subject,
      reason: `You get this because you decide for ${partner} about what customers buy for themselves.`,
      heading: said.heading,
      blocks: [
        { kind: 'paragraph', text: said.text },
        { kind: 'facts', rows: orderRows.en(order) },
        ...noteOf(note),
        { kind: 'button', label: said.button, link },
      ],
    };
  },
  ja: (order) => {
    const { news, partnerName: partner, companyName, kind, link, note } = order;
    const company = honoured(companyName);
    const what = askedFor.ja[kind];
    const said = {
      bought: {
        subject: fitSubject((name) => japanese`${name}様が予約を購入しました`, companyName),
        heading: japanese`${company}がご自身で予約を購入しました`,
        text: japanese`設定された上限の範囲内であるため、購入は完了しています。代金は${partner}の負担となります。`,
        button: '注文を確認する',
      },
      asked: {
        subject: fitSubject((name) => japanese`ご確認ください: ${name}様の${what}`, companyName),
        heading: japanese`${company}から${what}の依頼が届いています`,
        text:
          kind === 'cancel'
            ? 'どなたかが承認するまで、予約はそのまま続きます。最初に回答した方の判断で決まります。'
            : japanese`どなたかが承認するまで、何も購入されません。最初に回答した方の判断で決まります。代金は${partner}の負担となります。`,
        button: '内容を確認して判断する',
      },
      lapsed: {
        subject: fitSubject((name) => japanese`${name}様の注文が期限切れになりました`, companyName),
        heading: japanese`${company}の注文が、判断されないまま期限切れになりました`,
        text: japanese`${what}の依頼でしたが、判断の期限を過ぎたため、何も変更されていません。お客様にもお知らせしました。お客様は改めて依頼できます。`,
        button: '注文を確認する',
      },
      withdrawn: {
        subject: fitSubject((name) => japanese`${name}様が注文を取り下げました`, companyName),
        heading: japanese`${company}が注文を取り下げました`,
        text: japanese`${what}の依頼でしたが、取り下げられました。判断は不要で、何も変更されていません。`,
        button: '注文を確認する',
      },
    }[news];
    return {
      subject: said.subject,
      reason: japanese`このメールは、お客様によるセルフサービス購入を${partner}で管理している方にお送りしています。`,
      heading: said.heading,
      blocks: [
        { kind: 'paragraph', text: said.text },
        { kind: 'facts', rows: orderRows.ja(order) },
        ...noteOf(note),
        { kind: 'button', label: said.button, link },
      ],
    };
  },
};
