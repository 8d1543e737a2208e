import type { Template } from '../layout.ts';

/**
 * To who asked for a link to the customer's own page. It names neither partner nor company: the mailbox may let in several people, of
 * organisations that do not know of one another's partners.
 */
export interface SignInLinkMail {
  partnerName?: never;
  link: string;
  /** Until when it can be used, written out (formatMoment). */
  expiresAt: string;
  minutes: number;
}

export const signInLink: Template<SignInLinkMail> = {
  en: ({ link, expiresAt, minutes }) => ({
    subject: 'Your link to sign in to Clientele',
    reason: 'You get this because somebody, most likely you, asked for a link to sign in with this mailbox.',
    heading: 'Sign in to your own page',
    blocks: [
      {
        kind: 'paragraph',
        text: `This link can be used once, within ${minutes} minutes: until ${expiresAt}. It opens a page with a button; only the button signs you in.`,
      },
      { kind: 'button', label: 'Go on to sign in', link },
      {
        kind: 'list',
        title: 'Please note',
        items: [
          'Give the link to nobody: whoever has it can sign in as you.',
          'You did not ask for it? Then you need not do anything. Nobody has signed in, and the link runs out by itself.',
        ],
      },
    ],
  }),
  ja: ({ link, expiresAt, minutes }) => ({
    subject: 'Clientele へのサインイン用リンク',
    reason: 'このメールは、このメールアドレスでサインイン用のリンクが要求されたため、お送りしています。',
    heading: 'お客様ページへのサインイン',
    blocks: [
      {
        kind: 'paragraph',
        text: `このリンクは ${minutes} 分間(${expiresAt} まで)有効で、一度だけ使用できます。リンクを開くとボタンが表示され、ボタンを押すとサインインします。`,
      },
      { kind: 'button', label: 'サインインに進む', link },
      {
        kind: 'list',
        title: 'ご注意',
        items: [
          'このリンクをほかの方に教えないでください。リンクを持つ方は、あなたとしてサインインできます。',
          'お心当たりがない場合、お手続きは必要ありません。まだ誰もサインインしておらず、リンクは自動的に無効になります。',
        ],
      },
    ],
  }),
};
