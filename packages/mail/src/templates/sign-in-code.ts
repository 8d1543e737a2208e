import type { Template } from '../layout.ts';
import { fitSubject, japanese, oneLine } from '../text.ts';

/** A code to sign in with. It stands in the mail only, never in the subject: that shows on locked screens and in servers' logs. */
export interface SignInCodeMail {
  partnerName?: string;
  recipientName?: string;
  code: string;
  /** How long it can be used. */
  minutes: number;
}

export const signInCode: Template<SignInCodeMail> = {
  en: ({ partnerName: partner, recipientName, code, minutes }) => ({
    subject: partner ? fitSubject((name) => `Your sign-in code for ${name}`, partner) : 'Your sign-in code for Clientele',
    reason: 'You get this because somebody, most likely you, asked for a sign-in code with this address.',
    heading: 'Your sign-in code',
    blocks: [
      { kind: 'paragraph', text: recipientName ? `Hello ${recipientName}, enter this code to sign in:` : 'Enter this code to sign in:' },
      { kind: 'code', code: oneLine(code) },
      {
        kind: 'paragraph',
        text: `It can be used once, within ${minutes === 1 ? 'one minute' : `${minutes} minutes`}. Please give it to nobody.`,
      },
      { kind: 'paragraph', text: 'You did not ask for it? Then you need not do anything: without the code nobody can sign in.' },
    ],
  }),
  ja: ({ partnerName: partner, recipientName, code, minutes }) => ({
    subject: partner ? fitSubject((name) => japanese`${name}のサインインコード`, partner) : 'Clientele のサインインコード',
    reason: 'このメールは、このアドレスでサインインコードが要求されたためお送りしています。',
    heading: 'サインインコード',
    blocks: [
      { kind: 'paragraph', text: `${recipientName ? `${recipientName} 様\n` : ''}次のコードを入力してサインインしてください。` },
      { kind: 'code', code: oneLine(code) },
      { kind: 'paragraph', text: `有効期間は ${minutes} 分間で、一度だけ使用できます。ほかの方には教えないでください。` },
      { kind: 'paragraph', text: 'お心当たりがない場合、お手続きは必要ありません。このコードがなければ、誰もサインインできません。' },
    ],
  }),
};
