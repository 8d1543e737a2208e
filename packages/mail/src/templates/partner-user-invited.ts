import type { PartnerContact, Template } from '../layout.ts';
import { fitSubject, japanese } from '../text.ts';

/** Brings somebody the link by which it becomes a partner user. */
export interface PartnerUserInvitedMail {
  partnerName: string;
  partnerContact: PartnerContact;
  recipientName: string;
  invitedBy: string;
  roles: readonly ('global-admin' | 'admin-agent' | 'sales-agent' | 'helpdesk-agent')[];
  /** The address to sign in with. */
  signIn: string;
  link: string;
  expiresAt: string;
}

const english = {
  'global-admin': 'Global admin: everything, also letting people in',
  'admin-agent': 'Admin agent: customers, sales, delegated admin',
  'sales-agent': 'Sales agent: customers and sales',
  'helpdesk-agent': 'Helpdesk agent: sees customers and supports them',
};
const inJapanese = {
  'global-admin': 'グローバル管理者: ユーザーの管理を含むすべての操作',
  'admin-agent': '管理エージェント: 顧客、販売、代理管理権限',
  'sales-agent': '販売エージェント: 顧客と販売',
  'helpdesk-agent': 'ヘルプデスク エージェント: 顧客の閲覧とサポート',
};

export const partnerUserInvited: Template<PartnerUserInvitedMail> = {
  en: ({ partnerName: partner, recipientName, invitedBy, roles, signIn, link, expiresAt }) => ({
    subject: fitSubject((name) => `Your access to the partner center of ${name}`, partner),
    reason: `You get this because ${invitedBy} invites you to sign in for ${partner}.`,
    heading: 'Choose your password',
    blocks: [
      {
        kind: 'paragraph',
        text: `Hello ${recipientName}, ${invitedBy} gives you access to the partner center of ${partner}. Choose a password and you are in. From then on you sign in with ${signIn}.`,
      },
      { kind: 'list', title: roles.length === 1 ? 'Your role' : 'Your roles', items: roles.map((role) => english[role]) },
      { kind: 'button', label: 'Choose a password', link },
      {
        kind: 'paragraph',
        text: `The link is good until ${expiresAt}, and once. It is for you alone: whoever has it can sign in as you. If you did not expect this mail, do nothing.`,
      },
    ],
  }),
  ja: ({ partnerName: partner, recipientName, invitedBy, roles, signIn, link, expiresAt }) => ({
    subject: fitSubject((name) => japanese`${name}のパートナーセンターへのご招待`, partner),
    reason: japanese`このメールは、${invitedBy} さんがあなたを${partner}のユーザーとして招待したためお送りしています。`,
    heading: 'パスワードを設定してください',
    blocks: [
      {
        kind: 'paragraph',
        text: `${recipientName} 様\n${japanese`${invitedBy} さんから、${partner}のパートナーセンターへの招待が届いています。`}パスワードを設定すると、すぐにご利用いただけます。以後は ${signIn} でサインインしてください。`,
      },
      { kind: 'list', title: 'あなたのロール', items: roles.map((role) => inJapanese[role]) },
      { kind: 'button', label: 'パスワードを設定する', link },
      {
        kind: 'paragraph',
        text: `リンクの有効期限は ${expiresAt} で、使えるのは一度だけです。このリンクを知っている人はあなたとしてサインインできますので、ほかの人に渡さないでください。お心当たりがない場合は、何もしていただく必要はありません。`,
      },
    ],
  }),
};
