export { type AddressCheck, checkAddress } from './address.ts';
export { formatMoment, type Language, type RenderedMail } from './layout.ts';
export { type MailKind, type MailProps, render } from './render.ts';
export { defaultInvitationMessage } from './templates/invitation.ts';
export { createTransport, type OutgoingMail, type SendResult, type Transport, type TransportOptions } from './transport.ts';
