import type { Block, Wording } from '../layout.ts';
import { formatMoment } from '../moments.ts';
import { fitSubject, japanese } from '../text.ts';
import type { InvitationMail } from './invitation.ts';
import { aroundLink, defaultInvitationMessage } from './invitation-message.ts';

const own = (texts: string[]): Block[] => texts.map((text) => ({ kind: 'paragraph', text }));

/** Without a text of its own the provider says what the draft says. */
const messageOf = (props: InvitationMail, language: 'en' | 'ja') =>
  props.message.trim() || defaultInvitationMessage({ ...props, language });

/** Asks another partner to become a reseller: the provider's own words, and the system's account of what is asked. */
export const partnershipRequest = {
  en(props: InvitationMail): Wording {
    const { partnerName: partner, link } = props;
    const company = props.companyName || 'your organisation';
    const { before, after } = aroundLink(messageOf(props, 'en'), link, 'en');
    return {
      subject: props.subject ?? fitSubject((name) => `${name} asks you to become its reseller`, partner),
      reason: props.handedOver
        ? `You get this because somebody at ${company} named you as the right person when ${partner} asked for a partnership.`
        : `You get this because ${partner}, an indirect provider, asks ${company} to become one of its indirect resellers.`,
      heading: `${partner} would like you as an indirect reseller`,
      blocks: [
        ...own(before),
        { kind: 'button', label: 'Review the request', link },
        ...own(after),
        { kind: 'rule' },
        {
          kind: 'list',
          title: 'If you accept',
          items: [
            `${partner} sees you under Indirect resellers, you see it under Indirect providers, each with the customers that you share.`,
            'Your customers stay yours. Of a customer that only one of you serves the other sees nothing.',
            'Either side can remove the partnership at any time. Customers and delegated admin stay as they are.',
          ],
        },
        {
          kind: 'paragraph',
          text: `A global admin of your organisation answers, until ${formatMoment(props.expiresAt, 'en', props.timeZone)}. Nothing changes unless you accept.`,
        },
        ...compare(`Is it really ${partner}? Phone them on a number that you already have, and compare this match code:`, props.matchCode),
      ],
    };
  },
  ja(props: InvitationMail): Wording {
    const { partnerName: partner, companyName: company, link } = props;
    const { before, after } = aroundLink(messageOf(props, 'ja'), link, 'ja');
    return {
      subject: props.subject ?? fitSubject((name) => japanese`${name}より間接リセラー提携のお願い`, partner),
      reason: props.handedOver
        ? japanese`このメールは、${partner}からのパートナーシップの依頼について、${company ? japanese`${company}様` : '貴社'}のどなたかがあなたを担当者として指名されたため、お送りしています。`
        : japanese`このメールは、間接プロバイダーである${partner}が、${company ? japanese`${company}様` : '貴社'}に間接リセラーとしての提携を希望しているため、お送りしています。`,
      heading: japanese`${partner}が間接リセラーとしての提携を希望しています`,
      blocks: [
        ...own(before),
        { kind: 'button', label: '依頼の内容を確認する', link },
        ...own(after),
        { kind: 'rule' },
        {
          kind: 'list',
          title: '承諾された場合',
          items: [
            japanese`貴社は${partner}の「間接リセラー」に、${partner}は貴社の「間接プロバイダー」に表示され、双方が担当している顧客が互いに見えるようになります。`,
            '貴社の顧客は、これまでどおり貴社の顧客です。一方だけが担当している顧客は、もう一方には見えません。',
            'パートナーシップは、どちらからでもいつでも解除できます。解除しても、顧客と代理管理権限は変わりません。',
          ],
        },
        {
          kind: 'paragraph',
          text: `回答できるのは貴社のグローバル管理者の方です。回答期限は ${formatMoment(props.expiresAt, 'ja', props.timeZone)} です。承諾されるまで、何も変わりません。`,
        },
        ...compare(
          japanese`本当に${partner}からの依頼かどうかは、以前からご存じの番号に電話し、次の照合コードを照らし合わせることで確認できます。`,
          props.matchCode,
        ),
      ],
    };
  },
};

const compare = (text: string, code: string | undefined): Block[] =>
  code
    ? [
        { kind: 'paragraph', text },
        { kind: 'code', code },
      ]
    : [];
