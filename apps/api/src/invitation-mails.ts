import { fillMessage, fillSubject, type InvitationPurpose, type Language, type MailText, type TemplateKind } from '@clientele/domain';
import { defaultInvitationMessage, type RenderedMail, render } from '@clientele/mail';

interface DraftParts {
  purpose: InvitationPurpose;
  language: Language;
  partnerName: string;
  recipientName?: string | undefined;
  companyName?: string | undefined;
  heldUntil?: Date | null;
  /** The provider that is asked for as well. */
  providerName?: string | undefined;
  /** What the partner has written itself, if anything. */
  own: MailText | undefined;
}

/** What an invitation begins with: the partner's own text with the names in it, else the standard one. No subject: the standard one. */
export function draftOf({ own, ...parts }: DraftParts): { subject: string | null; message: string } {
  const { language, partnerName, recipientName, companyName } = parts;
  if (!own)
    return {
      subject: null,
      message: defaultInvitationMessage({
        ...{ purpose: parts.purpose, language, partnerName, heldUntil: parts.heldUntil ?? null },
        ...(recipientName ? { recipientName } : {}),
        ...(companyName ? { companyName } : {}),
        ...(parts.providerName ? { providerName: parts.providerName } : {}),
      }),
    };
  const names = { partner: partnerName, recipient: recipientName, company: companyName };
  return { subject: fillSubject(own.subject, names, language), message: fillMessage(own.message, names, language) };
}

interface InvitationMailParts {
  language: Language;
  partner: { name: string };
  author: { name: string; email: string };
  invitation: {
    recipientName: string | null;
    companyName: string;
    subject: string | null;
    message: string;
    delegatedAdmin: boolean;
    delegatedAdminDays?: number | null | undefined;
    heldUntil?: Date | null;
    purpose: InvitationPurpose;
    expiresAt: Date;
    providerDelegatedAdmin?: boolean | undefined;
    providerDelegatedAdminDays?: number | null | undefined;
  };
  /** The provider that is asked for as well. */
  providerName?: string | undefined;
  link: string;
  matchCode: string;
  kind?: 'invitation' | 'invitation_reminder';
}

/** The mail of an invitation as it is sent, but for the way to unsubscribe: that belongs to one mail, and this may be many. */
export function invitationMail({ kind = 'invitation', ...parts }: InvitationMailParts): RenderedMail {
  const { language, partner, author, invitation, link, matchCode } = parts;
  return render(
    kind,
    {
      partnerName: partner.name,
      partnerContact: { name: author.name, email: author.email },
      ...(invitation.recipientName ? { recipientName: invitation.recipientName } : {}),
      ...(invitation.companyName ? { companyName: invitation.companyName } : {}),
      ...(invitation.subject ? { subject: invitation.subject } : {}),
      message: invitation.message,
      link,
      delegatedAdmin: invitation.delegatedAdmin,
      delegatedAdminDays: invitation.delegatedAdminDays ?? null,
      heldUntil: invitation.heldUntil ?? null,
      purpose: invitation.purpose,
      expiresAt: invitation.expiresAt,
      matchCode,
      ...(parts.providerName
        ? {
            providerName: parts.providerName,
            providerDelegatedAdmin: invitation.providerDelegatedAdmin === true,
            providerDelegatedAdminDays: invitation.providerDelegatedAdminDays ?? null,
          }
        : {}),
    },
    language,
  );
}

/** Names for a mail to nobody. */
const sampleNames: Record<Language, { company: string; recipient: string }> = {
  en: { company: 'Contoso Ltd.', recipient: 'Megan Bowen' },
  ja: { company: 'コントソ株式会社', recipient: '佐藤 花子' },
};

interface TemplateMailParts extends MailText {
  kind: TemplateKind;
  language: Language;
  partner: { name: string };
  author: { name: string; email: string };
  now: Date;
  link: string;
  matchCode: string;
}

/** A mail as a template would make it, with sample names; also of one that is not finished yet. */
export function templateMail({ kind, language, subject, message, now, ...parts }: TemplateMailParts): RenderedMail {
  const names = { ...sampleNames[language], partner: parts.partner.name };
  return invitationMail({
    ...parts,
    language,
    kind: kind === 'invitation_reminder' ? kind : 'invitation',
    invitation: {
      recipientName: names.recipient,
      companyName: names.company,
      subject: fillSubject(subject, names, language),
      message: fillMessage(message, names, language),
      delegatedAdmin: false,
      purpose: kind === 'reinstate' ? 'reinstate' : 'relationship',
      expiresAt: new Date(now.getTime() + 14 * 86_400_000),
    },
  });
}
