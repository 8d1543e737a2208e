import type { Language, LeadState } from '@clientele/domain';
import { type Content, type Html, html } from './html.ts';

export const enquiryFields = [
  'companyName',
  'country',
  'companySize',
  'firstName',
  'lastName',
  'email',
  'phone',
  'products',
  'services',
  'message',
  'urgent',
  'consent',
] as const;
export type EnquiryField = (typeof enquiryFields)[number];
/** Why a form is shown again besides what is wrong at fields. Everything typed is in it. */
const enquiryNotices = ['too-quick', 'too-old', 'forged', 'trap', 'too-many-here', 'too-many-mails', 'too-many-now'] as const;
export type EnquiryNotice = (typeof enquiryNotices)[number];

interface Words {
  eyebrow: string;
  title: (partner: Content) => Html;
  lead: (partner: Content) => Html;
  you: string;
  need: string;
  fields: Record<EnquiryField, string>;
  optional: string;
  choose: string;
  chooseSize: string;
  hints: { email: string; phone: string; message: string; urgent: string };
  consent: (partner: Content) => Html;
  trap: string;
  send: string;
  back: string;
  notices: Record<EnquiryNotice, { title: string; text: string }>;
  consentMissing: string;
  summary: (count: number) => string;
  sent: {
    title: string;
    lead: (partner: Content, email: Content) => Html;
    steps: (partner: Content) => Html[];
    noMail: string;
    noMailSteps: (partner: Content) => Html[];
  };
  state: Record<'unconfirmed' | LeadState, { title: (partner: Content) => Html; text: (partner: Content, moment: Content) => Html }>;
  confirm: string;
  confirmHint: (partner: Content) => Html;
  others: string;
  othersText: string;
  reason: (partner: Content) => Html;
  yours: string;
  sentAt: string;
  typedAt: string;
  yes: string;
}

export const enquiryWords: Record<Language, Words> = {
  en: {
    eyebrow: 'Enquiry',
    title: (partner) => html`Write to ${partner}`,
    lead: (partner) => html`Say what you need. ${partner} answers within 14 days, and you see at any time how things stand.`,
    you: 'About you',
    need: 'What you need',
    fields: {
      companyName: 'Company name',
      country: 'Country or region',
      companySize: 'Company size',
      firstName: 'First name',
      lastName: 'Last name',
      email: 'E-mail address',
      phone: 'Phone',
      products: 'Products',
      services: 'Services',
      message: 'Your message',
      urgent: 'Please contact me urgently',
      consent: 'Consent',
    },
    optional: 'optional',
    choose: 'Choose a country or region',
    chooseSize: 'No answer',
    hints: {
      email: 'You get a mail there and confirm it with one press. Only then is your enquiry sent.',
      phone: 'Only if you would like to be called.',
      message: 'What is it about, how many people are concerned, and by when? Up to 4,000 characters.',
      urgent: 'Your enquiry is marked for 72 hours.',
    },
    consent: (partner) =>
      html`I agree that what I have typed is passed on to ${partner}, and kept there to answer my enquiry. Nobody else gets it.`,
    trap: 'Leave this empty',
    send: 'Send enquiry',
    back: 'Back to the profile',
    notices: {
      'too-quick': {
        title: 'That was very quick',
        text: 'Programs fill forms in this quickly. Please look over what you have typed, and send it once more.',
      },
      'too-old': {
        title: 'This form was open for a long time',
        text: 'Everything you typed is still here. Please look over it, and send it once more.',
      },
      forged: {
        title: 'The form was not complete',
        text: 'Something that belongs to the form was missing. Everything you typed is still here: please send it once more.',
      },
      trap: {
        title: 'A hidden field was filled in',
        text: 'That happens when a program fills the form in. The field is empty again: please send the form once more.',
      },
      'too-many-here': {
        title: 'Many enquiries came from your network',
        text: 'What you typed is still here. Please try again in an hour.',
      },
      'too-many-mails': {
        title: 'This address got several mails today',
        text: 'An address can confirm five enquiries a day. Confirm one of those you have, or try again tomorrow. What you typed is still here.',
      },
      'too-many-now': {
        title: 'This partner gets very many enquiries at the moment',
        text: 'Nothing was sent. What you typed is still here: please try again in an hour.',
      },
    },
    consentMissing: 'Without your consent we may not pass your enquiry on.',
    summary: (count) => (count === 1 ? 'One field needs your attention' : `${count} fields need your attention`),
    sent: {
      title: 'One more step: look into your mailbox',
      lead: (partner, email) =>
        html`A mail is on its way to ${email}. Your enquiry to ${partner} is sent when you press the button behind its link.`,
      steps: (partner) => [
        html`Open the mail "Confirm your enquiry to ${partner}".`,
        html`Open its link, look over your enquiry and press <b>Send to ${partner}</b>.`,
        html`You get a copy, and a page that shows what becomes of it.`,
      ],
      noMail: 'No mail?',
      noMailSteps: (partner) => [
        html`It can take some minutes. Look among unwanted mail, too.`,
        html`If you have told ${partner} before that you want no mail, this one does not come either: use another address.`,
        html`Was the address mistyped? Go back, mend it, and send the form again.`,
      ],
    },
    state: {
      unconfirmed: {
        title: (partner) => html`Send this enquiry to ${partner}?`,
        text: (partner) =>
          html`${partner} knows nothing of it yet. If you did not write this, close the page: it is deleted after three days.`,
      },
      received: {
        title: (partner) => html`${partner} has your enquiry`,
        text: (partner, moment) => html`${partner} has until ${moment} to answer. You get a mail then; this page shows it, too.`,
      },
      accepted: {
        title: (partner) => html`${partner} has accepted your enquiry`,
        text: (partner) => html`${partner} gets in touch with you.`,
      },
      won: {
        title: (partner) => html`${partner} has accepted your enquiry`,
        text: (partner) => html`You and ${partner} have come together.`,
      },
      lost: {
        title: (partner) => html`Your enquiry to ${partner} is closed`,
        text: (partner) => html`${partner} has closed it after you were in touch. You can always write anew.`,
      },
      declined: {
        title: (partner) => html`${partner} cannot take on your enquiry`,
        text: () => html`Others may. The search below is filled in with what you asked for.`,
      },
      expired: {
        title: (partner) => html`${partner} did not answer in time`,
        text: (_partner, moment) => html`The time to answer was over on ${moment}. The search below is filled in with what you asked for.`,
      },
    },
    confirm: 'Send to',
    confirmHint: (partner) =>
      html`The button sends it. Opening this page sends nothing. ${partner} sees your name, your address and what you wrote.`,
    others: 'Find another partner',
    othersText: 'By country, products and services of your enquiry',
    reason: (partner) => html`What ${partner} says`,
    yours: 'Your enquiry',
    sentAt: 'Sent',
    typedAt: 'Written',
    yes: 'Yes',
  },
  ja: {
    eyebrow: 'お問い合わせ',
    title: (partner) => html`${partner} に問い合わせる`,
    lead: (partner) => html`ご要望をお知らせください。${partner} は 14 日以内に回答します。状況はいつでも確認できます。`,
    you: 'お客様について',
    need: 'ご要望',
    fields: {
      companyName: '会社名',
      country: '国または地域',
      companySize: '会社の規模',
      firstName: '名',
      lastName: '姓',
      email: 'メールアドレス',
      phone: '電話番号',
      products: '製品',
      services: 'サービス',
      message: 'お問い合わせ内容',
      urgent: '至急の連絡を希望する',
      consent: '同意',
    },
    optional: '任意',
    choose: '国または地域を選択',
    chooseSize: '回答しない',
    hints: {
      email: '確認のメールが届きます。ボタンを 1 回押すと、お問い合わせが送信されます。',
      phone: '電話での連絡をご希望の場合のみご入力ください。',
      message: '内容、対象の人数、ご希望の時期などをお書きください（4,000 文字まで）。',
      urgent: '72 時間、至急として表示されます。',
    },
    consent: (partner) =>
      html`入力した内容が ${partner} に提供され、お問い合わせへの回答のために保存されることに同意します。ほかの第三者には提供されません。`,
    trap: 'この欄は空のままにしてください',
    send: '送信する',
    back: 'プロファイルに戻る',
    notices: {
      'too-quick': {
        title: '入力がとても速く完了しました',
        text: 'プログラムによる送信と区別できません。内容をご確認のうえ、もう一度送信してください。',
      },
      'too-old': {
        title: 'フォームを開いてから時間が経っています',
        text: '入力された内容は残っています。ご確認のうえ、もう一度送信してください。',
      },
      forged: {
        title: 'フォームが不完全でした',
        text: 'フォームの一部が不足していました。入力された内容は残っています。もう一度送信してください。',
      },
      trap: {
        title: '非表示の欄に入力がありました',
        text: 'プログラムが自動入力した可能性があります。その欄は空に戻しました。もう一度送信してください。',
      },
      'too-many-here': {
        title: 'お使いのネットワークから多数のお問い合わせがありました',
        text: '入力された内容は残っています。1 時間ほど経ってからもう一度お試しください。',
      },
      'too-many-mails': {
        title: 'このアドレスには本日すでに複数のメールを送信しています',
        text: '1 つのアドレスで確認できるお問い合わせは 1 日 5 件までです。届いているメールで確認していただくか、明日もう一度お試しください。入力された内容は残っています。',
      },
      'too-many-now': {
        title: 'このパートナーには現在、多数のお問い合わせがあります',
        text: 'まだ何も送信されていません。入力された内容は残っています。1 時間ほど経ってからもう一度お試しください。',
      },
    },
    consentMissing: '同意がない場合、お問い合わせをお伝えできません。',
    summary: (count) => `${count} 件の入力をご確認ください`,
    sent: {
      title: 'あと一歩です。メールをご確認ください',
      lead: (partner, email) =>
        html`${email} にメールをお送りしました。メールのリンク先でボタンを押すと、お問い合わせが ${partner} に送信されます。`,
      steps: (partner) => [
        html`「${partner} へのお問い合わせの確認」というメールを開きます。`,
        html`リンクを開いて内容を確認し、<b>${partner} に送信する</b> を押します。`,
        html`控えのメールと、状況を確認できるページが届きます。`,
      ],
      noMail: 'メールが届かない場合',
      noMailSteps: (partner) => [
        html`届くまでに数分かかることがあります。迷惑メールのフォルダーもご確認ください。`,
        html`以前に ${partner} からのメールの配信を停止された場合、このメールも届きません。別のアドレスをお使いください。`,
        html`アドレスに誤りがあった場合は、戻って修正し、もう一度送信してください。`,
      ],
    },
    state: {
      unconfirmed: {
        title: (partner) => html`このお問い合わせを ${partner} に送信しますか`,
        text: (partner) =>
          html`${partner} にはまだ伝わっていません。お心当たりがない場合は、このままページを閉じてください。3 日後に削除されます。`,
      },
      received: {
        title: (partner) => html`お問い合わせが ${partner} に届きました`,
        text: (partner, moment) => html`${partner} の回答期限は ${moment} です。回答はメールでお知らせします。このページでも確認できます。`,
      },
      accepted: {
        title: (partner) => html`${partner} がお問い合わせを承諾しました`,
        text: (partner) => html`${partner} からご連絡します。`,
      },
      won: {
        title: (partner) => html`${partner} がお問い合わせを承諾しました`,
        text: (partner) => html`${partner} とのお取引が始まりました。`,
      },
      lost: {
        title: (partner) => html`${partner} へのお問い合わせは終了しました`,
        text: (partner) => html`ご連絡の後、${partner} が終了しました。いつでも新しくお問い合わせいただけます。`,
      },
      declined: {
        title: (partner) => html`${partner} は今回のお問い合わせに対応できません`,
        text: () => html`ほかのパートナーをお探しください。次の検索には、ご要望の条件が入力されています。`,
      },
      expired: {
        title: (partner) => html`${partner} から期限までに回答がありませんでした`,
        text: (_partner, moment) => html`回答期限は ${moment} でした。次の検索には、ご要望の条件が入力されています。`,
      },
    },
    confirm: '送信する',
    confirmHint: (partner) =>
      html`ボタンを押すと送信されます。ページを開くだけでは送信されません。${partner} には、お名前、アドレス、お問い合わせ内容が伝わります。`,
    others: 'ほかのパートナーを探す',
    othersText: 'お問い合わせの国、製品、サービスで検索します',
    reason: (partner) => html`${partner} からのメッセージ`,
    yours: 'お問い合わせ内容',
    sentAt: '送信日時',
    typedAt: '入力日時',
    yes: 'はい',
  },
};
