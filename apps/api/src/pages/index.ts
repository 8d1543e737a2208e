export { renderAgreementPage } from './agreement-requests.ts';
export { renderCertificatePage } from './certificates.ts';
export { type Answerer, type InvitationPageProps, type NewOrganizationValues, renderInvitationPage } from './invitations.ts';
export type { PageNotice } from './messages.ts';
export { renderErrorPage, renderLinkInvalidPage } from './problems.ts';
export { style, stylePath } from './style.ts';
export { visitScript, visitScriptPath } from './visit-script.ts';
