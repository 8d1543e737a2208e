import type { Language } from '../layout.ts';
import { japanese, oneLine, paragraphsOf } from '../text.ts';

export interface InvitationMessageProps {
  purpose: 'relationship' | 'reinstate' | 'delegated-admin' | 'partnership';
  partnerName: string;
  recipientName?: string;
  companyName?: string;
  language: Language;
  /** For a request for delegated admin: when the one ends that is granted, so that it is for more of it. */
  heldUntil?: Date | null;
  /** The provider that is asked for as well. */
  providerName?: string;
}

/** The draft that the partner edits. `{link}` stands where the link will be. */
export function defaultInvitationMessage(props: InvitationMessageProps): string {
  const partner = oneLine(props.partnerName);
  const recipient = oneLine(props.recipientName ?? '');
  const company = oneLine(props.companyName ?? '');
  if (props.purpose === 'partnership') return partnershipMessage(props.language, { partner, recipient, company });
  const again = props.purpose === 'reinstate';
  const provider = oneLine(props.providerName ?? '');
  if (props.language === 'ja')
    return [
      [company, recipient ? `${recipient} 様` : 'ご担当者様'].filter(Boolean).join('\n'),
      japanese`いつもお世話になっております。${partner}です。`,
      props.purpose === 'delegated-admin'
        ? props.heldUntil
          ? '貴社の環境を管理するための代理管理権限の期間がまもなく終了いたします。引き続きお手伝いできますよう、延長のご承諾をお願いいたします。'
          : '貴社の環境の管理（ユーザー、ライセンス、設定、サポート リクエスト）をお手伝いできますよう、代理管理権限の付与をお願いいたします。'
        : again
          ? '以前お取引をいただいておりましたリセラー関係につきまして、再開のご承諾をお願いしたく、ご連絡いたしました。'
          : provider
            ? japanese`貴社のサブスクリプションのご提供とサポートを、弊社とプロバイダーの${provider}で担当させていただきたく、それぞれとのリセラー関係のご承諾をお願いいたします。ご回答は一度で済みます。`
            : '貴社のサブスクリプションのご提供とサポートを弊社で担当させていただきたく、リセラー関係のご承諾をお願いいたします。',
      'お手数ですが、下記のページで内容をご確認のうえ、ご回答くださいますようお願いいたします。',
      '{link}',
      'ご不明な点がございましたら、このメールにご返信ください。\n今後ともどうぞよろしくお願いいたします。',
      partner,
    ].join('\n\n');
  return [
    recipient ? `Dear ${recipient},` : 'Hello,',
    props.purpose === 'delegated-admin'
      ? props.heldUntil
        ? `Our leave to administer ${company || 'your organisation'} for you comes to its end. We would like to go on, and ask you for more time.`
        : `We would like to administer ${company || 'your organisation'} for you: users, licences, settings and support requests. For that we ask you for delegated admin.`
      : again
        ? `We would be glad to look after ${company || 'your organisation'} again, and ask you to reinstate our reseller relationship.`
        : provider
          ? `We would like to look after the subscriptions and support of ${company || 'your organisation'}, together with our provider ${provider}, and ask you to accept both of us as your resellers. You answer once.`
          : `We would like to look after the subscriptions and support of ${company || 'your organisation'}, and ask you to accept us as your reseller.`,
    'The page below shows what we will be able to do, and what not. Please read it, and accept or decline there.',
    '{link}',
    'If you have any questions, just reply to this mail.',
    `Kind regards,\n${partner}`,
  ].join('\n\n');
}

/** The draft of a request for a partnership: from one partner to another. */
function partnershipMessage(
  language: Language,
  { partner, recipient, company }: Record<'partner' | 'recipient' | 'company', string>,
): string {
  if (language === 'ja')
    return [
      [company, recipient ? `${recipient} 様` : 'ご担当者様'].filter(Boolean).join('\n'),
      japanese`いつもお世話になっております。${partner}です。`,
      '弊社は間接プロバイダーとして、リセラーの皆様を通じてサブスクリプションを提供しております。貴社に間接リセラーとしてご提携いただきたく、ご連絡いたしました。',
      'お手数ですが、下記のページで内容をご確認のうえ、ご回答くださいますようお願いいたします。ご回答いただけるのは、貴社のグローバル管理者の方です。',
      '{link}',
      'ご不明な点がございましたら、このメールにご返信ください。\n今後ともどうぞよろしくお願いいたします。',
      partner,
    ].join('\n\n');
  return [
    recipient ? `Dear ${recipient},` : 'Hello,',
    `We are an indirect provider: we buy from the vendor and sell through resellers. We would like ${company || 'your organisation'} to become one of them.`,
    'The page below shows what that means for both of us. Please read it, and accept or decline there. It takes a global admin of your organisation.',
    '{link}',
    'If you have any questions, just reply to this mail.',
    `Kind regards,\n${partner}`,
  ].join('\n\n');
}

const placeholder = /[{｛]{1,2}\s*link\s*[}｝]{1,2}/gi;
const placeholderLine = /^[^\S\n]*[{｛]{1,2}[^\S\n]*link[^\S\n]*[}｝]{1,2}[^\S\n]*$/im;
const inWords = { en: 'the link in this mail', ja: 'このメールのリンク' };

/** What cannot be seen and could part an address that a program makes a link of. */
const unseen = /[\u00ad\u200b\u2060\ufeff]/g;

/** Addresses of customer pages at the place where ours are: typed by a person they lead nowhere, or somewhere else than the link does. */
function pagesLike(link: string): RegExp {
  const host = URL.canParse(link) ? new URL(link).host : link;
  return new RegExp(
    `(?:https?:\\/\\/)?(?:[^\\s/@]*@)?[\\w.-]*${host.replace(/[.*+?^${}()|[\]\\-]/g, '\\$&')}\\.?(?::\\d+)?\\/+[a-z]\\/+\\S*`,
    'gi',
  );
}

/** A name or subject in which such an address gives way to an ellipsis. */
export function withoutPages(text: string, link: string): string {
  return text.replace(unseen, '').replaceAll(link, '…').replace(pagesLike(link), '…');
}

/**
 * The paragraphs before and after the link. The text can neither lose the link nor double it: the first placeholder on a line of
 * its own is where it stands, further such lines go, and a placeholder or the link itself within a sentence becomes words. So does every other
 * address that looks like ours: a mail has one link, and it is the one that we made.
 */
export function aroundLink(message: string, link: string, language: Language): { before: string[]; after: string[] } {
  const text = paragraphsOf(message.replace(unseen, '')).join('\n\n').replaceAll(link, '{link}').replace(pagesLike(link), '{link}');
  const [before = '', ...rest] = text.split(placeholderLine);
  const after = rest.join('\n').replace(new RegExp(placeholderLine, 'gim'), '');
  const words = (part: string) => paragraphsOf(part.replace(placeholder, inWords[language]));
  return { before: words(before), after: words(after) };
}
