export { type AddressCheck, type AddressRule, checkAddress } from './address.ts';
export type { Language, PartnerContact, RenderedMail } from './layout.ts';
export { formatMoment } from './moments.ts';
export { type MailKind, type MailProps, render } from './render.ts';
export { type DeliveryReport, type ReportedRecipient, type ReturnedMail, readReturnedMail } from './reports.ts';
export { returnMail } from './return-mail.ts';
export { type ReturnServer, startReturnServer } from './return-server.ts';
export { checkSender, type SenderSetup, senderFindings } from './sender-check/check.ts';
export { createDns, type Dns, withDeadline } from './sender-check/dns.ts';
export { defaultInvitationMessage, type InvitationMessageProps } from './templates/invitation-message.ts';
export { adminReminderText, partnershipReminderText, standardText } from './templates/standard-text.ts';
export {
  createTransport,
  type OutgoingMail,
  type SendResult,
  type Transport,
  type TransportOptions,
  type VerifyResult,
} from './transport.ts';
