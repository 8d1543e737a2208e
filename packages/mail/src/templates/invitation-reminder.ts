import type { Template } from '../layout.ts';
import { formatMoment } from '../moments.ts';
import { fitSubject, japanese } from '../text.ts';
import { type InvitationMail, own } from './invitation.ts';
import { aroundLink } from './invitation-message.ts';

/** What is waited for: the relationship, or with one that stands nothing but delegated admin. */
const asked = {
  en({ purpose, heldUntil, partnerName: partner }: InvitationMail, company: string) {
    if (purpose === 'partnership')
      return {
        subject: (name: string) => `Reminder: ${name} asks you to become its reseller`,
        reason: `You get this because ${partner} has asked ${company} to become one of its indirect resellers, and nobody has answered yet.`,
      };
    if (purpose === 'delegated-admin')
      return {
        subject: (name: string) => `Reminder: ${name} asks ${heldUntil ? 'to administer for longer' : 'for delegated admin'}`,
        reason: `You get this because ${partner}, your reseller, has asked ${company} for ${heldUntil ? 'more time of ' : ''}delegated admin, and nobody has answered yet.`,
      };
    return {
      subject: (name: string) => `Reminder: ${name} asks to be your reseller${purpose === 'reinstate' ? ' again' : ''}`,
      reason: `You get this because ${partner} has asked ${company} for a reseller relationship, and nobody has answered yet.`,
    };
  },
  ja: ({ purpose, heldUntil }: InvitationMail) =>
    purpose === 'partnership'
      ? '間接リセラー提携'
      : purpose === 'delegated-admin'
        ? heldUntil
          ? '代理管理権限の延長'
          : '代理管理権限'
        : purpose === 'reinstate'
          ? 'リセラー関係の再開'
          : 'リセラー関係',
};

/** Reminds a customer that has not answered yet: shorter than the first mail, with the same link. */
export const invitationReminder: Template<InvitationMail> = {
  en: (props) => {
    const { partnerName: partner, link } = props;
    const company = props.companyName || 'your organisation';
    const { subject, reason } = asked.en(props, company);
    const { before, after } = aroundLink(props.message, link, 'en');
    return {
      subject: props.subject ?? fitSubject(subject, partner),
      reason,
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
    const what = asked.ja(props);
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
