import { type Block, type Language, layOut, type RenderedMail, type Sender, type Template, type Wording } from './layout.ts';
import { type AgreementRequestMail, agreementRequest } from './templates/agreement-request.ts';
import { type DelegatedAdminDigestMail, delegatedAdminDigest } from './templates/delegated-admin-digest.ts';
import {
  type DelegatedAdminEndedCustomerMail,
  type DelegatedAdminEndedPartnerMail,
  delegatedAdminEndedCustomer,
  delegatedAdminEndedPartner,
} from './templates/delegated-admin-ended.ts';
import { type EndApprovalPartnerMail, endApprovalPartner } from './templates/end-approval-partner.ts';
import { type EndNewsPartnerMail, endNewsPartner } from './templates/end-news-partner.ts';
import { type HandOverRequestedPartnerMail, handOverRequestedPartner } from './templates/hand-over-requested-partner.ts';
import { type InvitationMail, invitation } from './templates/invitation.ts';
import { type InvitationAcceptedCustomerMail, invitationAcceptedCustomer } from './templates/invitation-accepted-customer.ts';
import { type InvitationAnsweredPartnerMail, invitationAnsweredPartner } from './templates/invitation-answered-partner.ts';
import { withoutPages } from './templates/invitation-message.ts';
import { invitationReminder } from './templates/invitation-reminder.ts';
import { type PartnerUserInvitedMail, partnerUserInvited } from './templates/partner-user-invited.ts';
import { type PartnerUserPasswordMail, partnerUserPassword } from './templates/partner-user-password.ts';
import {
  type PartnershipAcceptedResellerMail,
  type PartnershipAnsweredProviderMail,
  type PartnershipRemovedMail,
  partnershipAcceptedReseller,
  partnershipAnsweredProvider,
  partnershipRemoved,
} from './templates/partnership-news.ts';
import {
  type ProviderRequestAnsweredMail,
  type ProviderRequestMail,
  providerRequest,
  providerRequestAnswered,
} from './templates/provider-request.ts';
import { type RelationshipEndedCustomerMail, relationshipEndedCustomer } from './templates/relationship-ended-customer.ts';
import { type RelationshipEndedPartnerMail, relationshipEndedPartner } from './templates/relationship-ended-partner.ts';
import { type SignInLinkMail, signInLink } from './templates/sign-in-link.ts';
import { type TestMail, testMail } from './templates/test-mail.ts';
import { type WelcomeMail, welcome } from './templates/welcome.ts';
import { shorten } from './text.ts';

/** What each mail needs. */
export interface MailProps {
  sign_in_link: SignInLinkMail;
  invitation: InvitationMail;
  invitation_reminder: InvitationMail;
  welcome: WelcomeMail;
  invitation_accepted_customer: InvitationAcceptedCustomerMail;
  invitation_answered_partner: InvitationAnsweredPartnerMail;
  relationship_ended_customer: RelationshipEndedCustomerMail;
  relationship_ended_partner: RelationshipEndedPartnerMail;
  end_approval_partner: EndApprovalPartnerMail;
  end_news_partner: EndNewsPartnerMail;
  agreement_request: AgreementRequestMail;
  provider_request: ProviderRequestMail;
  provider_request_answered: ProviderRequestAnsweredMail;
  hand_over_requested_partner: HandOverRequestedPartnerMail;
  delegated_admin_digest: DelegatedAdminDigestMail;
  delegated_admin_ended_partner: DelegatedAdminEndedPartnerMail;
  delegated_admin_ended_customer: DelegatedAdminEndedCustomerMail;
  test_mail: TestMail;
  partner_user_invited: PartnerUserInvitedMail;
  partner_user_password: PartnerUserPasswordMail;
  partnership_accepted_reseller: PartnershipAcceptedResellerMail;
  partnership_answered_provider: PartnershipAnsweredProviderMail;
  partnership_removed: PartnershipRemovedMail;
}
export type MailKind = keyof MailProps;

const templates: { [Kind in MailKind]: Template<MailProps[Kind]> } = {
  sign_in_link: signInLink,
  invitation,
  invitation_reminder: invitationReminder,
  welcome,
  invitation_accepted_customer: invitationAcceptedCustomer,
  invitation_answered_partner: invitationAnsweredPartner,
  relationship_ended_customer: relationshipEndedCustomer,
  relationship_ended_partner: relationshipEndedPartner,
  end_approval_partner: endApprovalPartner,
  end_news_partner: endNewsPartner,
  agreement_request: agreementRequest,
  provider_request: providerRequest,
  provider_request_answered: providerRequestAnswered,
  hand_over_requested_partner: handOverRequestedPartner,
  delegated_admin_digest: delegatedAdminDigest,
  delegated_admin_ended_partner: delegatedAdminEndedPartner,
  delegated_admin_ended_customer: delegatedAdminEndedCustomer,
  test_mail: testMail,
  partner_user_invited: partnerUserInvited,
  partner_user_password: partnerUserPassword,
  partnership_accepted_reseller: partnershipAcceptedReseller,
  partnership_answered_provider: partnershipAnsweredProvider,
  partnership_removed: partnershipRemoved,
};

const names: readonly string[] = [
  'partnerName',
  'companyName',
  'providerName',
  'recipientName',
  'adminName',
  'requestedBy',
  'decidedBy',
  'invitedBy',
  'sentBy',
  'otherPartner',
];

/**
 * Names on one line and at most 80 characters long: what is longer fills a mail, and says nothing more. Neither in a name nor in a subject stands
 * an address that looks like one of our pages: a mail has one link of ours, and it is the one that we made.
 */
function tidy<Props extends object>(props: Props): Props {
  const link = 'link' in props && typeof props.link === 'string' ? props.link : undefined;
  const tidied = Object.entries(props).map(([key, value]) => {
    if (typeof value !== 'string' || !(names.includes(key) || key === 'subject')) return [key, value];
    const text = link ? withoutPages(value, link) : value;
    return [key, names.includes(key) ? shorten(text, 80) : text];
  });
  return Object.fromEntries(tidied) as Props;
}

/** A name that ends with a full stop ("Contoso Ltd.") ends the sentence as well: after it comes no second one. */
function withOneStop(wording: Wording, props: object): Wording {
  const ending = Object.entries(props).flatMap(([key, value]) =>
    names.includes(key) && typeof value === 'string' && value.endsWith('.') ? [value] : [],
  );
  const mend = (text: string) => ending.reduce((mended, name) => mended.replaceAll(`${name}.`, name), text);
  const block = (one: Block): Block => {
    if (one.kind === 'paragraph') return { ...one, text: mend(one.text) };
    return one.kind === 'list' ? { ...one, items: one.items.map(mend) } : one;
  };
  return ending.length === 0 ? wording : { ...wording, reason: mend(wording.reason), blocks: wording.blocks.map(block) };
}

/** A mail in its reader's language. Everything in `props` is plain text; nothing in it can become markup or a header. */
export function render<Kind extends MailKind>(kind: Kind, props: MailProps[Kind], language: Language): RenderedMail {
  const tidied = tidy(props);
  const sender: Sender = tidied;
  return layOut(withOneStop(templates[kind][language](tidied), tidied), sender, language);
}
