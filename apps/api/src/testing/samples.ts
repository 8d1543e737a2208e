import type { Permission } from '@clientele/domain';
import type { Furnished } from './portal.ts';

export interface Sample {
  path: string;
  query?: string;
  body?: unknown;
  headers?: Record<string, string>;
  /** The ids in the path that another partner may own. */
  owned?: true;
  /** What this very request needs besides the endpoint's own permission. */
  also?: Permission[];
}

let count = 0;
const address = { line1: '1-1 Marunouchi', city: 'Chiyoda', state: '13', postalCode: '100-0005' };
const contact = { firstName: 'Aiko', lastName: 'Tanaka', email: 'aiko@contoso.example' };

export const newCustomer = () => ({
  companyName: 'Contoso',
  domainPrefix: `sample${process.pid}${++count}`,
  country: 'JP',
  address,
  contact,
  language: 'ja',
  agreement: { by: 'partner', firstName: 'Aiko', lastName: 'Tanaka', email: 'aiko@contoso.example', date: '2025-01-31' },
  subscriptions: [{ productId: 'azure-plan', quantity: 1 }],
});
export const newInvitation = () => ({
  email: `sample-${++count}@invited.example`,
  companyName: 'Contoso',
  language: 'en',
  delegatedAdmin: true,
  message: 'Please {link}',
});

/** Well-formed, and an answer to nothing. */
const passkeyAnswer = { id: 'AAAA', rawId: 'AAAA', type: 'public-key', response: { clientDataJSON: 'e30' } };

/** A good request for each endpoint of the contract that needs a session, about the given things. */
export const samples: Record<string, (of: Furnished) => Sample> = {
  getSession: () => ({ path: '/api/session' }),
  setLanguage: () => ({ path: '/api/session/language', body: { language: 'ja' } }),
  listOwnSessions: () => ({ path: '/api/account/sessions' }),
  endOwnSession: () => ({ path: '/api/account/sessions/nowhere/end', body: {} }),
  endOtherSessions: () => ({ path: '/api/account/sessions/end-others', body: {} }),
  changeOwnPassword: () => ({
    path: '/api/account/password',
    body: { currentPassword: 'not the password', newPassword: 'another password' },
  }),
  getSecondFactors: () => ({ path: '/api/account/second-factors' }),
  startAuthenticatorApp: () => ({ path: '/api/account/authenticator-app/start', body: {} }),
  confirmAuthenticatorApp: () => ({ path: '/api/account/authenticator-app', body: { code: '000000' } }),
  removeAuthenticatorApp: () => ({ path: '/api/account/authenticator-app', body: {} }),
  startPasskey: () => ({ path: '/api/account/passkeys/start', body: {} }),
  addPasskey: () => ({ path: '/api/account/passkeys', body: { name: 'Laptop', passkey: passkeyAnswer } }),
  removePasskey: () => ({ path: '/api/account/passkeys/00000000-0000-7000-8000-000000000000', body: {} }),
  renewRecoveryCodes: () => ({ path: '/api/account/recovery-codes', body: {} }),
  startPasskeyCheck: () => ({ path: '/api/session/passkey/start', body: {} }),
  giveSecondFactor: () => ({ path: '/api/session/second-factor', body: { way: 'recovery-code', code: 'none' } }),
  confirmSession: () => ({ path: '/api/session/confirm', body: { way: 'password', password: 'not the password' } }),
  explainAccess: ({ customer }) => ({ path: '/api/access', query: `?customerId=${customer.id}` }),
  listPartnerUsers: () => ({ path: '/api/partner-users' }),
  invitePartnerUser: () => ({
    path: '/api/partner-users/invitations',
    body: { name: 'Aiko Tanaka', email: `sample-${++count}@users.example`, language: 'ja', roles: ['sales-agent'] },
  }),
  resendPartnerUserInvitation: ({ invited }) => ({
    path: `/api/partner-users/invitations/${invited.id}/resend`,
    body: {},
    owned: true,
  }),
  revokePartnerUserInvitation: ({ invited }) => ({
    path: `/api/partner-users/invitations/${invited.id}/revoke`,
    body: {},
    owned: true,
  }),
  changePartnerUserRoles: ({ colleague }) => ({
    path: `/api/partner-users/${colleague.id}/roles`,
    body: { roles: ['admin-agent'] },
    headers: { 'if-match': '"1"' },
    owned: true,
  }),
  deactivatePartnerUser: ({ colleague }) => ({ path: `/api/partner-users/${colleague.id}/deactivate`, body: {}, owned: true }),
  reactivatePartnerUser: ({ colleague }) => ({ path: `/api/partner-users/${colleague.id}/reactivate`, body: {}, owned: true }),
  resetSecondFactor: ({ colleague }) => ({ path: `/api/partner-users/${colleague.id}/reset-second-factor`, body: {}, owned: true }),
  liftLockOut: ({ colleague }) => ({ path: `/api/partner-users/${colleague.id}/lift-lock-out`, body: {}, owned: true }),
  sendPasswordLink: ({ colleague }) => ({ path: `/api/partner-users/${colleague.id}/password-link`, body: {}, owned: true }),
  signOutPartnerUser: ({ colleague }) => ({ path: `/api/partner-users/${colleague.id}/sign-out`, body: {}, owned: true }),
  listActivePartnerships: () => ({ path: '/api/partnerships/active' }),
  listPartnerships: () => ({ path: '/api/partnerships', query: '?state=all&search=a' }),
  requestPartnership: () => ({
    path: '/api/partnerships/requests',
    body: { email: `sample-${++count}@reseller.example`, companyName: 'Fabrikam', language: 'ja', message: '{link}' },
  }),
  getPartnership: ({ partnership }) => ({ path: `/api/partnerships/${partnership.id}`, owned: true }),
  listSharedCustomers: ({ partnership }) => ({ path: `/api/partnerships/${partnership.id}/customers`, owned: true }),
  previewPartnershipRemoval: ({ partnership }) => ({ path: `/api/partnerships/${partnership.id}/removal`, owned: true }),
  removePartnership: ({ partnership }) => ({ path: `/api/partnerships/${partnership.id}/remove`, body: {}, owned: true }),
  listCustomers: () => ({ path: '/api/customers', query: '?search=a&sort=created&order=desc' }),
  exportCustomers: () => ({ path: '/api/customers.csv', query: '?relationship=all' }),
  listCustomerTags: () => ({ path: '/api/customer-tags' }),
  listCustomerResellers: () => ({ path: '/api/customer-resellers' }),
  listCustomerViews: () => ({ path: '/api/customer-views' }),
  addCustomerView: () => ({
    path: '/api/customer-views',
    body: { name: `View ${++count}`, filters: { tag: ['one'] }, columns: ['domain'] },
  }),
  editCustomerView: () => ({ path: `/api/customer-views/${crypto.randomUUID()}`, body: { name: `View ${++count}` } }),
  deleteCustomerView: () => ({ path: `/api/customer-views/${crypto.randomUUID()}`, body: {} }),
  addCustomer: () => ({ path: '/api/customers', body: newCustomer(), also: ['agreement.attest'] }),
  checkDomain: () => ({ path: '/api/domains/contoso' }),
  getCustomer: ({ customer }) => ({ path: `/api/customers/${customer.id}`, owned: true }),
  editCustomer: ({ customer }) => ({
    path: `/api/customers/${customer.id}`,
    body: { customerId: customer.id, notes: 'x' },
    headers: { 'if-match': '"1"' },
    owned: true,
  }),
  previewEdit: ({ customer }) => ({
    path: `/api/customers/${customer.id}/preview`,
    body: { customerId: customer.id, language: 'ja' },
    owned: true,
  }),
  findAlike: () => ({ path: '/api/similar-customers', query: '?name=Contoso' }),
  attestAgreement: ({ unaccepted }) => ({
    path: `/api/customers/${unaccepted.id}/agreement`,
    body: { customerId: unaccepted.id, firstName: 'A', lastName: 'B', email: 'a@b.example', date: '2025-01-31' },
    owned: true,
  }),
  askAgreement: ({ unaccepted }) => ({
    path: `/api/customers/${unaccepted.id}/agreement/request`,
    body: { customerId: unaccepted.id, email: 'a@b.example', recipientName: 'A B', sendMail: false },
    owned: true,
  }),
  resendAgreementRequest: ({ asked }) => ({
    path: `/api/customers/${asked.id}/agreement/request/resend`,
    body: { customerId: asked.id },
    owned: true,
  }),
  copyAgreementLink: ({ asked }) => ({
    path: `/api/customers/${asked.id}/agreement/request/link`,
    body: { customerId: asked.id },
    owned: true,
  }),
  changeQuantity: ({ customer, subscription }) => ({
    path: `/api/customers/${customer.id}/subscriptions/${subscription.id}`,
    body: { customerId: customer.id, quantity: 7 },
    headers: { 'if-match': '"1"' },
    owned: true,
  }),
  exportSubscriptions: ({ customer }) => ({ path: `/api/customers/${customer.id}/subscriptions.csv`, owned: true }),
  listPurchaseProducts: () => ({ path: '/api/purchase-products' }),
  listPurchases: ({ customer }) => ({ path: `/api/customers/${customer.id}/purchases`, owned: true }),
  addPurchase: ({ customer }) => ({
    path: `/api/customers/${customer.id}/purchases`,
    body: { customerId: customer.id, productId: 'sql-server-2025', quantity: 1 },
    owned: true,
  }),
  cancelPurchase: ({ asked, purchase }) => ({
    path: `/api/customers/${asked.id}/purchases/${purchase.id}/cancel`,
    body: { customerId: asked.id },
    owned: true,
  }),
  listProducts: () => ({ path: '/api/products' }),
  listSubscriptions: ({ customer }) => ({ path: `/api/customers/${customer.id}/subscriptions`, owned: true }),
  addSubscription: ({ customer }) => ({
    path: `/api/customers/${customer.id}/subscriptions`,
    body: { customerId: customer.id, productId: 'm365-e3', quantity: 3 },
    owned: true,
  }),
  changeSubscription: ({ customer, subscription }) => ({
    path: `/api/customers/${customer.id}/subscriptions/${subscription.id}/suspend`,
    body: { customerId: customer.id },
    owned: true,
  }),
  changeSubscriptionReseller: ({ customer, subscription }) => ({
    path: `/api/customers/${customer.id}/subscriptions/${subscription.id}/reseller`,
    body: { customerId: customer.id, resellerId: null },
    headers: { 'if-match': '"1"' },
    owned: true,
  }),
  listProvidersToAsk: ({ customer }) => ({ path: '/api/provider-requests/providers', query: `?customerId=${customer.id}` }),
  askProvider: ({ customer }) => ({
    path: '/api/provider-requests',
    body: { kind: 'order', customerId: customer.id, providerId: crypto.randomUUID(), productId: 'm365-e3', quantity: 1 },
  }),
  listProviderRequests: () => ({ path: '/api/provider-requests', query: '?state=all&kind=end' }),
  getProviderRequest: () => ({ path: `/api/provider-requests/${crypto.randomUUID()}` }),
  confirmProviderRequest: () => ({ path: `/api/provider-requests/${crypto.randomUUID()}/confirm`, body: { domain: 'contoso.example' } }),
  declineProviderRequest: () => ({ path: `/api/provider-requests/${crypto.randomUUID()}/decline`, body: { reason: 'Not now.' } }),
  withdrawProviderRequest: () => ({ path: `/api/provider-requests/${crypto.randomUUID()}/withdraw`, body: {} }),
  previewEnd: ({ customer }) => ({ path: `/api/customers/${customer.id}/relationship/end`, owned: true }),
  listPlannedEnds: () => ({ path: '/api/planned-ends' }),
  planEnd: ({ customer }) => ({
    path: `/api/customers/${customer.id}/relationship/planned-end`,
    body: { customerId: customer.id, domain: customer.domain, mode: 'when-clear' },
    owned: true,
  }),
  approvePlannedEnd: ({ planned, plannedEnd }) => ({
    path: `/api/customers/${planned.id}/relationship/planned-end/${plannedEnd.id}/approve`,
    body: { customerId: planned.id },
    owned: true,
  }),
  refusePlannedEnd: ({ planned, plannedEnd }) => ({
    path: `/api/customers/${planned.id}/relationship/planned-end/${plannedEnd.id}/refuse`,
    body: { customerId: planned.id, reason: 'Not yet' },
    owned: true,
  }),
  cancelPlannedEnd: ({ planned, plannedEnd }) => ({
    path: `/api/customers/${planned.id}/relationship/planned-end/${plannedEnd.id}/cancel`,
    body: { customerId: planned.id },
    owned: true,
  }),
  listEndCertificates: ({ customer }) => ({ path: `/api/customers/${customer.id}/end-certificates`, owned: true }),
  endRelationship: ({ customer }) => ({
    path: `/api/customers/${customer.id}/relationship/end`,
    body: { customerId: customer.id, domain: customer.domain },
    owned: true,
  }),
  cancelEnd: ({ customer }) => ({
    path: `/api/customers/${customer.id}/relationship/cancel-end`,
    body: { customerId: customer.id },
    owned: true,
  }),
  requestRelationship: ({ customer }) => ({
    path: `/api/customers/${customer.id}/relationship/request`,
    body: { customerId: customer.id, message: 'Please {link}', delegatedAdmin: true },
    owned: true,
    also: ['delegated-admin.request'],
  }),
  askDelegatedAdmin: ({ customer }) => ({
    path: `/api/customers/${customer.id}/delegated-admin/request`,
    body: { customerId: customer.id, days: 30 },
    owned: true,
  }),
  expiryCalendar: () => ({
    path: '/api/delegated-admin/calendar',
    query: '?from=2026-11-01T00:00:00Z&to=2026-12-01T00:00:00Z&zone=Asia/Tokyo',
  }),
  listExpiries: () => ({ path: '/api/delegated-admin/expiries', query: '?from=2026-11-01T00:00:00Z&to=2026-12-01T00:00:00Z' }),
  getCalendarFeed: () => ({ path: '/api/delegated-admin/feed' }),
  renewCalendarFeed: () => ({ path: '/api/delegated-admin/feed', body: {} }),
  closeCalendarFeed: () => ({ path: '/api/delegated-admin/feed', body: {} }),
  reinstateRelationship: ({ customer }) => ({
    path: `/api/customers/${customer.id}/relationship/reinstate`,
    body: { customerId: customer.id, message: 'Again?', delegatedAdmin: true },
    owned: true,
  }),
  receiveImport: () => ({ path: '/api/imports', query: '?fileName=customers.csv', body: {} }),
  getSettings: () => ({ path: '/api/settings' }),
  changeSettings: () => ({ path: '/api/settings', body: { invitationDays: 20 }, headers: { 'if-match': '"0"' } }),
  listTemplates: () => ({ path: '/api/settings/templates' }),
  changeTemplate: () => ({
    path: '/api/settings/templates/invitation/en',
    body: { subject: 'A word from {partner}', message: 'Please.\n\n{link}' },
    headers: { 'if-match': '"0"' },
  }),
  resetTemplate: () => ({ path: '/api/settings/templates/reinstate/ja', body: {}, headers: { 'if-match': '"0"' } }),
  previewTemplate: () => ({
    path: '/api/settings/templates/preview',
    body: { kind: 'invitation_reminder', language: 'ja', subject: 'x', message: '{link}' },
  }),
  listSuppressions: () => ({ path: '/api/suppressions', query: '?search=a&reason=bounced' }),
  liftSuppression: () => ({ path: '/api/suppressions/lift', body: { email: 'nobody@nowhere.example' } }),
  listImports: () => ({ path: '/api/imports' }),
  getImport: ({ importId }) => ({ path: `/api/imports/${importId}`, owned: true }),
  startImport: ({ importId }) => ({
    path: `/api/imports/${importId}/start`,
    body: { mapping: { companyName: 0, domain: 1 }, country: 'JP', language: 'ja' },
    owned: true,
  }),
  listImportRows: ({ importId }) => ({ path: `/api/imports/${importId}/rows`, query: '?kind=error', owned: true }),
  exportFailedImportRows: ({ importId }) => ({ path: `/api/imports/${importId}/failed-rows.csv`, owned: true }),
  listInvitations: () => ({ path: '/api/invitations', query: '?state=pending' }),
  getInvitation: ({ invitation }) => ({ path: `/api/invitations/${invitation.id}`, owned: true }),
  createInvitation: () => ({ path: '/api/invitations', body: newInvitation(), also: ['delegated-admin.request'] }),
  previewInvitation: () => ({ path: '/api/invitations/preview', body: { language: 'ja', delegatedAdmin: true } }),
  resendInvitation: ({ invitation }) => ({ path: `/api/invitations/${invitation.id}/resend`, body: {}, owned: true }),
  checkRecipients: () => ({ path: '/api/invitations/recipients/check', body: { text: 'it@litware.example', language: 'en' } }),
  sendInvitations: () => ({
    path: '/api/invitations/send-many',
    body: {
      recipients: [{ email: 'many@litware.example', companyName: 'Litware', language: 'en' }],
      messages: { en: 'Please.', ja: 'お願いします。' },
      delegatedAdmin: true,
    },
    also: ['delegated-admin.request'],
  }),
  revokeInvitation: ({ invitation }) => ({ path: `/api/invitations/${invitation.id}/revoke`, body: {}, owned: true }),
  approveHandOver: ({ handOver }) => ({
    path: `/api/invitations/${handOver.invitationId}/hand-overs/${handOver.id}/approve`,
    body: {},
    owned: true,
  }),
  refuseHandOver: ({ handOver }) => ({
    path: `/api/invitations/${handOver.invitationId}/hand-overs/${handOver.id}/refuse`,
    body: {},
    owned: true,
  }),
  switchReminders: ({ invitation }) => ({ path: `/api/invitations/${invitation.id}/reminders`, body: { on: false }, owned: true }),
  copyInvitationLink: ({ invitation }) => ({ path: `/api/invitations/${invitation.id}/link`, body: {}, owned: true }),
  listOperations: () => ({ path: '/api/operations', query: '?state=open' }),
  getOperation: ({ operation }) => ({ path: `/api/operations/${operation.id}`, owned: true }),
  getOperationInput: ({ operation }) => ({ path: `/api/operations/${operation.id}/input`, owned: true }),
  retryOperation: ({ operation }) => ({ path: `/api/operations/${operation.id}/retry`, body: {}, owned: true, also: ['customers.add'] }),
  cancelOperation: ({ operation }) => ({ path: `/api/operations/${operation.id}/cancel`, body: {}, owned: true, also: ['customers.add'] }),
  pauseOperation: ({ operation }) => ({ path: `/api/operations/${operation.id}/pause`, body: {}, owned: true, also: ['customers.add'] }),
  resumeOperation: ({ operation }) => ({ path: `/api/operations/${operation.id}/resume`, body: {}, owned: true, also: ['customers.add'] }),
  listOperationRows: ({ operation }) => ({ path: `/api/operations/${operation.id}/rows`, query: '?state=failed', owned: true }),
  exportOperationRows: ({ operation }) => ({ path: `/api/operations/${operation.id}/rows.csv`, query: '?state=failed', owned: true }),
  downloadExport: ({ operation }) => ({ path: `/api/operations/${operation.id}/result.csv`, owned: true }),
  bulkCustomers: ({ customer }) => ({
    path: '/api/customers/bulk',
    body: { action: 'export', selection: { ids: [customer.id] } },
    also: ['customers.export'],
  }),
  revealCredentials: ({ operation }) => ({ path: `/api/operations/${operation.id}/credentials`, body: {}, owned: true }),
  getSignInProvider: () => ({ path: '/api/sign-in-provider' }),
  setSignInProvider: () => ({
    path: '/api/sign-in-provider',
    body: { issuer: 'https://login.example.com', clientId: 'x', clientSecret: 'y', domains: ['contoso.example'], passwordAllowed: true },
    headers: { 'if-match': '"0"' },
  }),
  removeSignInProvider: () => ({ path: '/api/sign-in-provider', body: {} }),
  checkSignInProvider: () => ({ path: '/api/sign-in-provider/check', body: { issuer: 'https://127.0.0.1' } }),
  listApiKeys: () => ({ path: '/api/api-keys' }),
  createApiKey: () => ({ path: '/api/api-keys', body: { name: `Key ${++count}`, roles: ['helpdesk-agent'], days: 30 } }),
  revokeApiKey: ({ apiKey }) => ({ path: `/api/api-keys/${apiKey.id}/revoke`, body: {}, owned: true }),
  listActivity: () => ({ path: '/api/activity' }),
  exportActivity: () => ({ path: '/api/activity.csv' }),
  exportSignedActivity: () => ({ path: '/api/activity.jsonl' }),
  getLogState: () => ({ path: '/api/activity/state' }),
  getCheckpoint: () => ({ path: '/api/activity/checkpoint' }),
  askVerification: () => ({ path: '/api/activity/verify', body: {} }),
  checkSender: () => ({ path: '/api/mail/sender-check', body: {} }),
  sendTestMail: () => ({ path: '/api/mail/test', body: {} }),
  getTestMail: () => ({ path: '/api/mail/test' }),
  getQueue: () => ({ path: '/api/queue' }),
  discardFailedJob: () => ({ path: '/api/queue/discard', body: { jobId: 'mails/none' } }),
  retryFailedJobs: () => ({ path: '/api/queue/retry', body: {} }),
};
