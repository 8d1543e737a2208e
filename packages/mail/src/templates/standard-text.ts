import type { Language } from '../layout.ts';
import { defaultInvitationMessage } from './invitation-message.ts';

type Kind = 'invitation' | 'reinstate' | 'invitation_reminder';

const reminders: Record<Language, string> = {
  en: [
    'Dear {recipient},',
    'Some days ago we asked {company} to accept us as its reseller, and have not heard from you yet. Perhaps our mail got lost among others.',
    'The page below shows what we will be able to do, and what not. It takes two minutes to accept or decline there.',
    '{link}',
    'If you have any questions, just reply to this mail.',
    'Kind regards,\n{partner}',
  ].join('\n\n'),
  ja: [
    '{company}\n{recipient} 様',
    'いつもお世話になっております。{partner}です。',
    '先日ご案内いたしましたリセラー関係の件につきまして、まだご回答をいただいておりませんでしたので、改めてご連絡いたしました。行き違いの際はご容赦ください。',
    '下記のページで内容をご確認のうえ、承諾または辞退をお選びくださいますようお願いいたします。',
    '{link}',
    'ご不明な点がございましたら、このメールにご返信ください。\n今後ともどうぞよろしくお願いいたします。',
    '{partner}',
  ].join('\n\n'),
};

/** What a reminder of a request for delegated admin alone says; `more` when some is granted, and it is about more time. */
const adminReminders = (more: boolean): Record<Language, string> => ({
  en: [
    'Dear {recipient},',
    `Some days ago we asked {company} ${more ? 'for more time to administer for you' : 'for delegated admin, so that we can administer for you'}, and have not heard from you yet. Perhaps our mail got lost among others.`,
    'The page below shows what we will be able to do, for how long, and what not. It takes two minutes to accept or decline there.',
    '{link}',
    'If you have any questions, just reply to this mail.',
    'Kind regards,\n{partner}',
  ].join('\n\n'),
  ja: [
    '{company}\n{recipient} 様',
    'いつもお世話になっております。{partner}です。',
    `先日お願いいたしました代理管理権限の${more ? '延長' : '付与'}の件につきまして、まだご回答をいただいておりませんでしたので、改めてご連絡いたしました。行き違いの際はご容赦ください。`,
    '下記のページで内容と期間をご確認のうえ、承諾または辞退をお選びくださいますようお願いいたします。',
    '{link}',
    'ご不明な点がございましたら、このメールにご返信ください。\n今後ともどうぞよろしくお願いいたします。',
    '{partner}',
  ].join('\n\n'),
});

/** The text of a reminder of a request for delegated admin alone. There is no other: the partner's own is about becoming its reseller. */
export const adminReminderText = (language: Language, more: boolean): string => adminReminders(more)[language];

const subjects: Record<Kind, Record<Language, string>> = {
  invitation: { en: '{partner} asks to be your reseller', ja: '{partner}よりリセラー関係のお願い' },
  reinstate: { en: '{partner} asks to be your reseller again', ja: '{partner}よりリセラー関係の再開のお願い' },
  invitation_reminder: {
    en: 'Reminder: {partner} asks to be your reseller',
    ja: '再度のご案内: {partner}よりリセラー関係のお願い',
  },
};

const partnershipReminders: Record<Language, string> = {
  en: [
    'Dear {recipient},',
    'Some days ago we asked {company} to become one of our indirect resellers, and have not heard from you yet. Perhaps our mail got lost among others.',
    'The page below shows what that means for both of us. It takes a global admin of your organisation two minutes to accept or decline there.',
    '{link}',
    'If you have any questions, just reply to this mail.',
    'Kind regards,\n{partner}',
  ].join('\n\n'),
  ja: [
    '{company}\n{recipient} 様',
    'いつもお世話になっております。{partner}です。',
    '先日お願いいたしました間接リセラーとしてのご提携の件につきまして、まだご回答をいただいておりませんでしたので、改めてご連絡いたしました。行き違いの際はご容赦ください。',
    '下記のページで内容をご確認のうえ、承諾または辞退をお選びくださいますようお願いいたします。',
    '{link}',
    'ご不明な点がございましたら、このメールにご返信ください。\n今後ともどうぞよろしくお願いいたします。',
    '{partner}',
  ].join('\n\n'),
};

/** The text of a reminder of a request for a partnership. */
export const partnershipReminderText = (language: Language): string => partnershipReminders[language];

/** The standard subject and text of a mail, with placeholders for the names: what a partner starts from when it writes its own. */
export function standardText(kind: Kind, language: Language): { subject: string; message: string } {
  const names = { partnerName: '{partner}', recipientName: '{recipient}', companyName: '{company}' };
  const message =
    kind === 'invitation_reminder'
      ? reminders[language]
      : defaultInvitationMessage({ ...names, language, purpose: kind === 'reinstate' ? 'reinstate' : 'relationship' });
  return { subject: subjects[kind][language], message };
}
