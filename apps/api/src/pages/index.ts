export { renderAgreementPage } from './agreement-requests.ts';
export * from './buying.ts';
export type { BuyingNotice } from './buying-words.ts';
export { renderCertificatePage } from './certificates.ts';
export {
  choiceField,
  type EnquiryValues,
  renderEnquiryForm,
  renderEnquiryPage,
  renderEnquirySent,
  trapName,
} from './enquiries.ts';
export type { EnquiryNotice } from './enquiry-words.ts';
export * from './find-a-partner.ts';
export { type Answerer, type InvitationPageProps, type NewOrganizationValues, renderInvitationPage } from './invitations.ts';
export type { PageNotice } from './messages.ts';
export type { OwnNotice } from './own-page-words.ts';
export * from './own-pages.ts';
export type { PartnershipNotice } from './partnership-words.ts';
export { type PartnershipPageProps, renderPartnershipPage } from './partnerships.ts';
export { renderErrorPage, renderLinkInvalidPage } from './problems.ts';
export * from './receipts.ts';
export { style, stylePath } from './style.ts';
export { renderUnsubscribePage } from './unsubscribe.ts';
export { visitScript, visitScriptPath } from './visit-script.ts';
