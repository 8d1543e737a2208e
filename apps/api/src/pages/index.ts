export { renderAgreementPage } from './agreement-requests.ts';
export { type Answerer, type InvitationPageProps, type NewOrganizationValues, renderInvitationPage } from './invitations.ts';
export type { PageNotice } from './messages.ts';
export { renderErrorPage, renderLinkInvalidPage } from './problems.ts';
export { style, stylePath } from './style.ts';
export { renderUnsubscribePage } from './unsubscribe.ts';
export { visitScript, visitScriptPath } from './visit-script.ts';
