import type { Block, Template, Wording } from '../layout.ts';
import { fitSubject, japanese, paragraphsOf } from '../text.ts';

interface OfOne {
  partnerName: string;
  companyName: string;
  /** The customer's page. */
  link: string;
}

/** To who asked for an end: what became of it, when that is not simply that it ended. */
export type EndNewsPartnerMail =
  /** The date is here, and something is still live. `at`: that date, written out (formatMoment). */
  | (OfOne & { news: 'held-up'; at: string; blockers: number })
  /** The relationship is no longer one that can be ended. */
  | (OfOne & { news: 'failed' })
  /** Who asked for it may not end relationships any more; goes to the global admins. */
  | (OfOne & { news: 'stopped'; requestedBy: string })
  /** A second person did not agree. */
  | (OfOne & { news: 'refused'; decidedBy: string; reason: string })
  /** Ends of many customers: how many have ended, wait, or could not be ended. */
  | { news: 'bulk'; partnerName: string; ended: number; waiting: number; failed: number; link: string };

const quote = (reason: string): Block[] => {
  const text = paragraphsOf(reason).join('\n\n');
  return text ? [{ kind: 'quote', text }] : [];
};

function english(props: EndNewsPartnerMail): Omit<Wording, 'reason'> {
  if (props.news === 'bulk') {
    const { ended, waiting, failed, link } = props;
    return {
      subject: `Ended: ${ended} ${ended === 1 ? 'relationship' : 'relationships'}, ${failed} could not be`,
      heading: ended === 1 ? '1 relationship has ended' : `${ended} relationships have ended`,
      blocks: [
        {
          kind: 'facts',
          rows: [
            ['Ended', String(ended)],
            ['Will end later', String(waiting)],
            ['Could not be ended', String(failed)],
          ],
        },
        {
          kind: 'paragraph',
          text: failed > 0 ? 'The reason stands at each of them, and the failed ones can be tried again.' : 'Each customer has been told.',
        },
        { kind: 'button', label: 'Open the results', link },
      ],
    };
  }
  const { companyName: company, link } = props;
  const open: Block = { kind: 'button', label: 'Open the customer', link };
  if (props.news === 'held-up')
    return {
      subject: fitSubject((name) => `Not ended yet: ${name}`, company),
      heading: `The relationship with ${company} has not ended yet`,
      blocks: [
        {
          kind: 'paragraph',
          text: `It was to end on ${props.at}, but ${props.blockers === 1 ? 'something of this customer is still live' : `${props.blockers} things of this customer are still live`}. Its page names what, and whose it is. The relationship ends by itself as soon as nothing is live any more; until then nothing is changed, and you can cancel the end.`,
        },
        open,
      ],
    };
  if (props.news === 'failed')
    return {
      subject: fitSubject((name) => `The planned end with ${name} is off`, company),
      heading: `The planned end of the relationship with ${company} is off`,
      blocks: [
        {
          kind: 'paragraph',
          text: 'The relationship changed meanwhile, so there was nothing left to end as planned. Nothing was changed by the plan.',
        },
        open,
      ],
    };
  if (props.news === 'stopped')
    return {
      subject: fitSubject((name) => `Stopped: the planned end with ${name}`, company),
      heading: `The planned end of the relationship with ${company} was stopped`,
      blocks: [
        {
          kind: 'paragraph',
          text: `${props.requestedBy} had asked for it and is no longer a global admin, so nothing ends in that name. The relationship goes on as before.`,
        },
        { kind: 'paragraph', text: 'Shall it end all the same? Then plan the end anew on the page of the customer.' },
        open,
      ],
    };
  return {
    subject: fitSubject((name) => `Not agreed: the end with ${name}`, company),
    heading: `${props.decidedBy} did not agree to end the relationship with ${company}`,
    blocks: [{ kind: 'paragraph', text: 'The relationship goes on as before. This reason was given:' }, ...quote(props.reason), open],
  };
}

function inJapanese(props: EndNewsPartnerMail): Omit<Wording, 'reason'> {
  if (props.news === 'bulk') {
    const { ended, waiting, failed, link } = props;
    return {
      subject: `関係の終了: 完了${ended}件、終了できなかったもの${failed}件`,
      heading: `${ended}件の関係が終了しました`,
      blocks: [
        {
          kind: 'facts',
          rows: [
            ['終了済み', `${ended}件`],
            ['後で終了', `${waiting}件`],
            ['終了できず', `${failed}件`],
          ],
        },
        {
          kind: 'paragraph',
          text:
            failed > 0
              ? '終了できなかった理由は結果の各行に表示されます。失敗した行だけをもう一度実行できます。'
              : '各顧客にはメールでお知らせしました。',
        },
        { kind: 'button', label: '結果を開く', link },
      ],
    };
  }
  const { companyName: company, link } = props;
  const open: Block = { kind: 'button', label: '顧客を開く', link };
  if (props.news === 'held-up')
    return {
      subject: fitSubject((name) => japanese`まだ終了していません: ${name}様`, company),
      heading: japanese`${company}様との関係は、まだ終了していません`,
      blocks: [
        {
          kind: 'paragraph',
          text: japanese`${props.at}に終了する予定でしたが、まだ有効なものが${props.blockers}件あります。内容と担当者は顧客のページで確認できます。有効なものがなくなり次第、自動的に終了します。それまでは何も変わらず、終了を取り消すこともできます。`,
        },
        open,
      ],
    };
  if (props.news === 'failed')
    return {
      subject: fitSubject((name) => japanese`終了の予定は取りやめになりました: ${name}様`, company),
      heading: japanese`${company}様との関係を終了する予定は取りやめになりました`,
      blocks: [
        {
          kind: 'paragraph',
          text: 'その間に関係の状態が変わったため、予定どおりに終了するものがなくなりました。この予定による変更はありません。',
        },
        open,
      ],
    };
  if (props.news === 'stopped')
    return {
      subject: fitSubject((name) => japanese`終了の予定を中止しました: ${name}様`, company),
      heading: japanese`${company}様との関係を終了する予定を中止しました`,
      blocks: [
        {
          kind: 'paragraph',
          text: japanese`終了を依頼した${props.requestedBy}さんは現在グローバル管理者ではないため、この依頼による終了は行われません。関係はこれまでどおり続きます。`,
        },
        { kind: 'paragraph', text: '終了が必要な場合は、顧客のページで改めて終了を予定してください。' },
        open,
      ],
    };
  return {
    subject: fitSubject((name) => japanese`終了に同意が得られませんでした: ${name}様`, company),
    heading: japanese`${props.decidedBy}さんは、${company}様との関係の終了に同意しませんでした`,
    blocks: [{ kind: 'paragraph', text: '関係はこれまでどおり続きます。次の理由が挙げられています。' }, ...quote(props.reason), open],
  };
}

export const endNewsPartner: Template<EndNewsPartnerMail> = {
  en: (props) => ({
    ...english(props),
    reason:
      props.news === 'stopped'
        ? `You get this because you are a global admin of ${props.partnerName}.`
        : `You get this because you asked for this end for ${props.partnerName}.`,
  }),
  ja: (props) => ({
    ...inJapanese(props),
    reason:
      props.news === 'stopped'
        ? japanese`このメールは、${props.partnerName}のグローバル管理者の方にお送りしています。`
        : japanese`このメールは、${props.partnerName}の担当者としてこの終了を依頼されたため、お送りしています。`,
  }),
};
