import type { Block, PartnerContact, Template } from '../layout.ts';
import { formatMoment } from '../moments.ts';
import { fitSubject, japanese } from '../text.ts';
import { aroundLink } from './invitation-message.ts';

/** Asks a customer for a relationship: the partner's own words, and the system's account of what is asked. */
export interface InvitationMail {
  partnerName: string;
  partnerContact: PartnerContact;
  partnerWebSite?: string;
  recipientName?: string;
  companyName?: string;
  /** The partner's own subject; without it the standard one. */
  subject?: string;
  /** The partner's own text. `{link}` on a line of its own says where the link stands; without it the link follows the text. */
  message: string;
  link: string;
  delegatedAdmin: boolean;
  purpose: 'relationship' | 'reinstate';
  expiresAt: Date;
  /** The reader's; UTC when nobody knows it. */
  timeZone?: string;
  matchCode?: string;
  /** Somebody else got the request first, and has named this reader. */
  handedOver?: boolean;
  unsubscribeLink?: string;
}

/** Paragraphs that the partner wrote. */
export function own(texts: string[]): Block[] {
  return texts.map((text) => ({ kind: 'paragraph', text }));
}

export const invitation: Template<InvitationMail> = {
  en: (props) => {
    const { partnerName: partner, purpose, link } = props;
    const company = props.companyName || 'your organisation';
    const again = purpose === 'reinstate';
    const { before, after } = aroundLink(props.message, link, 'en');
    const until = formatMoment(props.expiresAt, 'en', props.timeZone);
    return {
      subject: props.subject ?? fitSubject((name) => `${name} asks to be your reseller${again ? ' again' : ''}`, partner),
      reason: props.handedOver
        ? `You get this because somebody at ${company} named you as its administrator when ${partner} asked for a reseller relationship.`
        : again
          ? `You get this because ${partner} asks ${company} to reinstate their reseller relationship.`
          : `You get this because ${partner} asks ${company} for a reseller relationship.`,
      heading: again ? `${partner} would like to be your reseller again` : `${partner} would like to be your reseller`,
      blocks: [
        ...own(before),
        { kind: 'button', label: 'Review the request', link },
        ...own(after),
        { kind: 'rule' },
        {
          kind: 'list',
          title: 'If you accept',
          items: [
            `${partner} can add subscriptions for you, change, suspend and reactivate them, and is your support contact for them.`,
            props.delegatedAdmin
              ? `${partner} can administer your organisation for you (delegated admin). You can take that away at any time.`
              : `${partner} still cannot sign in to your organisation, nor see or change your users, settings and data.`,
          ],
        },
        { kind: 'paragraph', text: `You can answer until ${until}. Nothing changes unless you accept.` },
        {
          kind: 'paragraph',
          text: 'Does somebody else decide this? Forward this mail to a global admin of your organisation: the link works for them just as well.',
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
    const { partnerName: partner, companyName: company, purpose, link } = props;
    const again = purpose === 'reinstate';
    const { before, after } = aroundLink(props.message, link, 'ja');
    const until = formatMoment(props.expiresAt, 'ja', props.timeZone);
    const what = again ? 'リセラー関係の再開' : 'リセラー関係';
    return {
      subject: props.subject ?? fitSubject((name) => japanese`${name}より${what}のお願い`, partner),
      reason: props.handedOver
        ? japanese`このメールは、${partner}からの${what}の依頼について、${company ? japanese`${company}様` : '貴社'}のどなたかがあなたを管理者として指名されたため、お送りしています。`
        : japanese`このメールは、${partner}が${company ? japanese`${company}様` : 'お客様'}との${what}を希望しているためお送りしています。`,
      heading: japanese`${partner}が${what}を希望しています`,
      blocks: [
        ...own(before),
        { kind: 'button', label: '依頼の内容を確認する', link },
        ...own(after),
        { kind: 'rule' },
        {
          kind: 'list',
          title: '承諾された場合',
          items: [
            japanese`${partner}は、お客様のサブスクリプションの追加、変更、停止、再開ができるようになり、そのサポート連絡先になります。`,
            props.delegatedAdmin
              ? japanese`${partner}は、お客様に代わって組織を管理できるようになります(代理管理権限)。この権限は、いつでも取り消していただけます。`
              : japanese`承諾後も、${partner}がお客様の組織にサインインしたり、ユーザー、設定、データを見たり変更したりすることはできません。`,
          ],
        },
        { kind: 'paragraph', text: `回答期限は ${until} です。承諾されるまで、何も変わりません。` },
        {
          kind: 'paragraph',
          text: 'ご担当の方がほかにいらっしゃる場合は、お手数ですが、貴社のグローバル管理者の方にこのメールを転送してください。転送先でも同じリンクをお使いいただけます。',
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
