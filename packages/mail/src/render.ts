import type { Language, RenderedMail } from './layout.ts';
import { type AcceptedCustomerMail, type AnsweredPartnerMail, acceptedCustomerMail, answeredPartnerMail } from './templates/answered.ts';
import { type EndedCustomerMail, type EndedPartnerMail, endedCustomerMail, endedPartnerMail } from './templates/ended.ts';
import { type InvitationMail, invitationMail } from './templates/invitation.ts';
import { type WelcomeMail, welcomeMail } from './templates/welcome.ts';

/** What each mail needs. */
export interface MailProps {
  invitation: InvitationMail;
  welcome: WelcomeMail;
  invitation_accepted_customer: AcceptedCustomerMail;
  invitation_answered_partner: AnsweredPartnerMail;
  relationship_ended_customer: EndedCustomerMail;
  relationship_ended_partner: EndedPartnerMail;
}
export type MailKind = keyof MailProps;

const templates: { [Kind in MailKind]: (props: MailProps[Kind], language: Language) => RenderedMail } = {
  invitation: invitationMail,
  welcome: welcomeMail,
  invitation_accepted_customer: acceptedCustomerMail,
  invitation_answered_partner: answeredPartnerMail,
  relationship_ended_customer: endedCustomerMail,
  relationship_ended_partner: endedPartnerMail,
};

/** A mail in its reader's language. Everything in `props` is plain text; nothing in it can become markup or a header. */
export function render<Kind extends MailKind>(kind: Kind, props: MailProps[Kind], language: Language): RenderedMail {
  return templates[kind](props, language);
}
