import type { Template } from '../layout.ts';
import { formatMoment } from '../moments.ts';
import { fitSubject, japanese } from '../text.ts';
import { type InvitationMail, own } from './invitation.ts';
import { aroundLink } from './invitation-message.ts';

/** Reminds a customer that has not answered yet: shorter than the first mail, with the same link. */
export const invitationReminder: Template<InvitationMail> = {
  en: (props) => {
    const { partnerName: partner, link } = props;
    const company = props.companyName || 'your organisation';
    const again = props.purpose === 'reinstate' ? ' again' : '';
    const { before, after } = aroundLink(props.message, link, 'en');
    return {
      subject: props.subject ?? fitSubject((name) => `Reminder: ${name} asks to be your reseller${again}`, partner),
      reason: `You get this because ${partner} has asked ${company} for a reseller relationship, and nobody has answered yet.`,
      heading: `${partner} is waiting for your answer`,
      blocks: [
        ...own(before),
        { kind: 'button', label: 'Review the request', link },
        ...own(after),
        { kind: 'rule' },
        {
          kind: 'paragraph',
          text: `It is the same request and the same link as in the first mail. You can answer until ${formatMoment(props.expiresAt, 'en', props.timeZone)}. If you decline, nothing changes, and you are not reminded again.`,
        },
        ...(props.matchCode
          ? ([
              {
                kind: 'paragraph',
                text: `Is it really ${partner}? Phone them on a number that you already have, and compare this match code:`,
              },
              { kind: 'code', code: props.matchCode },
            ] as const)
          : []),
      ],
    };
  },
  ja: (props) => {
    const { partnerName: partner, companyName: company, link } = props;
    const what = props.purpose === 'reinstate' ? 'リセラー関係の再開' : 'リセラー関係';
    const { before, after } = aroundLink(props.message, link, 'ja');
    return {
      subject: props.subject ?? fitSubject((name) => japanese`再度のご案内: ${name}より${what}のお願い`, partner),
      reason: japanese`このメールは、${partner}が${company ? japanese`${company}様` : 'お客様'}に${what}を依頼し、まだご回答をいただいていないためお送りしています。`,
      heading: japanese`${partner}がご回答をお待ちしています`,
      blocks: [
        ...own(before),
        { kind: 'button', label: '依頼の内容を確認する', link },
        ...own(after),
        { kind: 'rule' },
        {
          kind: 'paragraph',
          text: `最初のメールと同じ依頼、同じリンクです。回答期限は ${formatMoment(props.expiresAt, 'ja', props.timeZone)} です。辞退された場合は何も変わらず、再度のご案内もお送りしません。`,
        },
        ...(props.matchCode
          ? ([
              {
                kind: 'paragraph',
                text: japanese`本当に${partner}からの依頼かどうかは、以前からご存じの番号に電話し、次の照合コードを照らし合わせることで確認できます。`,
              },
              { kind: 'code', code: props.matchCode },
            ] as const)
          : []),
      ],
    };
  },
};
