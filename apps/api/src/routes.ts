import * as contracts from '@clientele/contracts';
import type { Context } from '@clientele/db';
import {
  checkIssuer,
  cloudProfiles,
  clouds,
  confirmedUntil,
  fillMessage,
  type Language,
  normalIssuer,
  notFound,
  permissionNames,
  Refusal,
  refuseFields,
  secondFactorDueAt,
} from '@clientele/domain';
import { checkSender, type Dns, type SenderSetup, standardText, withDeadline } from '@clientele/mail';
import { type BackendName, findFailed, type Producer, type Relay, readQueueState, retryFailed } from '@clientele/queue';
import type { Logger } from '@clientele/runtime';
import * as services from '@clientele/services';
import type { Request, Response } from 'express';
import type { Guard } from './attempts.ts';
import { draftOf, invitationMail, templateMail } from './invitation-mails.ts';
import type { createMount } from './mount.ts';
import type { OpenId } from './openid.ts';
import { checkRecipients } from './recipients.ts';
import { partyIdOf, partyOf } from './relying-party.ts';
import { type Auth, agentOf } from './session.ts';
import { providerEncryption, redirectUriOf } from './sign-in-providers.ts';

export interface RouteOptions {
  logger: Logger;
  auth: Auth;
  host: services.CloudHost;
  hosts: services.CloudHosts;
  /** The installation's own, for its word on its logs. */
  secret: string;
  guard: Guard;
  links: services.Links;
  backend: BackendName;
  producer: Producer;
  relay: Relay;
  inboxUrl: string | undefined;
  sender: SenderSetup;
  dns: Dns;
  openId: OpenId;
  allowPrivateAddresses: boolean;
}

/** Every endpoint of the contract and the one service verb behind it. */
export function mountRoutes(
  { open, signedIn }: ReturnType<typeof createMount>,
  {
    logger,
    auth,
    host,
    hosts,
    secret,
    guard,
    links,
    backend,
    producer,
    relay,
    inboxUrl,
    sender,
    dns,
    openId,
    allowPrivateAddresses,
  }: RouteOptions,
): void {
  open(contracts.getSetup, async ({ db }) => ({
    required: await services.isSetUpRequired(db),
    cloud: host.cloud,
    elsewhere: clouds
      .filter((cloud) => cloud !== host.cloud)
      .map((cloud) => ({ cloud, address: hosts.served.includes(cloud) ? hosts.of(cloud).publicUrl : null })),
  }));
  open(contracts.setUp, async (base, { body }) => {
    await guard.demand('set-up-code', base.origin?.ip ?? '');
    return services.setUp(base, host, body);
  });

  signedIn(contracts.getSession, async (ctx, _input, actor) => {
    const profile = cloudProfiles[ctx.partner.cloud];
    return {
      user: { id: actor.userId, name: actor.name, email: actor.email, language: actor.language, roles: actor.roles },
      partner: ctx.partner,
      permissions: permissionNames.filter((permission) => services.allow(ctx, permission, true, '').allowed),
      cloudProfile: {
        domainSuffix: profile.domainSuffix,
        countries: [...profile.countries],
        features: profile.features,
        specialQualifications: [...profile.specialQualifications],
      },
      inboxUrl: inboxUrl ?? null,
      delegatedAdminDays: await services.usualDelegatedAdminDays(ctx),
      secondFactorDueAt:
        ctx.actor.kind === 'api-key' || actor.secondFactorAt || actor.hasSecondFactor || actor.signInProviderId
          ? null
          : secondFactorDueAt(actor),
    };
  });
  signedIn(contracts.setLanguage, async (ctx, { body }, actor) => {
    await services.setLanguage(ctx, actor.userId, body.language);
    return {};
  });

  signedIn(contracts.listOwnSessions, (ctx, _input, actor) => services.listOwnSessions(ctx, actor.sessionId));
  signedIn(contracts.endOwnSession, (ctx, { params }) => services.endOwnSession(ctx, params.sessionId));
  signedIn(contracts.endOtherSessions, (ctx, _input, actor) => services.endOtherSessions(ctx, actor.sessionId));
  signedIn(contracts.changeOwnPassword, async (ctx, { body }, { userId, sessionId }) => {
    await guard.demand('own-password', userId);
    // A quick hash of what was sent is kept with an Idempotency-Key: never of a password.
    return services.changeOwnPassword({ ...ctx, idempotency: undefined }, { ...body, sessionId });
  });

  const encryption = services.createEncryption(host.secret, 'second factors');
  const limitProofs = (userId: string) => guard.demand('second-factor', userId);
  signedIn(contracts.getSecondFactors, (ctx, _input, actor, { request }) => services.listSecondFactors(ctx, actor, partyIdOf(request)));
  signedIn(contracts.startAuthenticatorApp, (ctx) => services.startAuthenticatorApp(ctx, encryption));
  signedIn(contracts.confirmAuthenticatorApp, async (ctx, { body }, { userId, sessionId }) => {
    await limitProofs(userId);
    return services.confirmAuthenticatorApp(ctx, encryption, { ...body, sessionId });
  });
  signedIn(contracts.removeAuthenticatorApp, (ctx) => services.removeAuthenticatorApp(ctx));
  signedIn(contracts.startPasskey, (ctx, _input, _actor, { request }) => services.startPasskey(ctx, partyOf(request)));
  signedIn(contracts.addPasskey, (ctx, { body }, { sessionId }, { request }) =>
    services.addPasskey(ctx, partyOf(request), { name: body.name, response: body.passkey as never, sessionId }),
  );
  signedIn(contracts.removePasskey, (ctx, { params }) => services.removePasskey(ctx, params.passkeyId));
  signedIn(contracts.renewRecoveryCodes, (ctx) => services.renewRecoveryCodes(ctx));
  signedIn(contracts.startPasskeyCheck, (ctx, _input, _actor, { request }) => services.startPasskeyCheck(ctx, partyOf(request)));
  signedIn(contracts.giveSecondFactor, async (ctx, { body }, { userId, sessionId }, { request, response }) => {
    await limitProofs(userId);
    const checks = { encryption, party: partyOf(request) };
    await services.giveSecondFactor(ctx, checks, { proof: body as services.Proof, sessionId });
    await signIn(request, response, userId, ctx.now);
    return {};
  });
  signedIn(contracts.confirmSession, async (ctx, { body }, { userId, sessionId, hasSecondFactor }, { request }) => {
    await limitProofs(userId);
    const checks = { encryption, party: partyOf(request) };
    const { confirmedAt } = await services.confirmSession(ctx, checks, { proof: body as services.Proof, sessionId, hasSecondFactor });
    return { until: confirmedUntil(confirmedAt) };
  });
  open(contracts.startPasskeySignIn, async (base, _input, { request }) => {
    await guard.demand('passkey-question', base.origin?.ip ?? '');
    return services.startPasskeySignIn(base, partyOf(request));
  });
  open(contracts.signInByPasskey, async (base, { body }, { request, response }) => {
    await guard.demand('passkey-sign-in', base.origin?.ip ?? '');
    const { userId } = await services.signInByPasskey(base, partyOf(request), body.passkey as never);
    await signIn(request, response, userId, base.now);
    return {};
  });
  /** A session with both factors, by the cookie of this answer. */
  async function signIn(request: Request, response: Response, userId: string, secondFactorAt: Date): Promise<void> {
    const signed = await auth.api
      .signInByLink({ body: { userId, secondFactorAt }, headers: agentOf(request), returnHeaders: true })
      .catch((error: unknown) => {
        const { code } = (error as { body?: { code?: string } }).body ?? {};
        // Of another cloud, or of a partner that lets people in by its provider only: as if nobody had it.
        if (code === 'INVALID_EMAIL_OR_PASSWORD' || code === 'SINGLE_SIGN_ON_ONLY') throw new Refusal('unauthenticated', 'Sign in first.');
        if (code !== 'DEACTIVATED') throw error;
        throw new Refusal('forbidden', 'Your organisation has deactivated your access.', { details: { reason: 'deactivated' } });
      });
    response.setHeader('set-cookie', signed.headers.getSetCookie());
  }

  open(contracts.askPasswordLink, async (base, { body }) => {
    await guard.demand('password-link', base.origin?.ip ?? '');
    const mayBeSent = await guard.allow('password-link-by-email', services.attemptKeyOfEmail(body.email));
    // Not waited for: it takes longer for an address that somebody has.
    if (mayBeSent)
      services
        .askPasswordLink(base, body.email)
        .catch((error: unknown) => logger.warn({ err: error }, 'a link to a new password was not sent'));
    return {};
  });
  open(contracts.openPasswordLink, async (base, { params }) => {
    await guard.demand('password-link', base.origin?.ip ?? '');
    return services.openPasswordLink(base, links, params.token);
  });
  open(contracts.choosePassword, async (base, { params, body }) => {
    await guard.demand('password-link', base.origin?.ip ?? '');
    const chosen = await services.choosePassword(base, links, { ...params, ...body });
    // Whoever was locked out by guesses at the old password gets in with the new one.
    await guard.attempts.forget('sign-in-by-email', services.attemptKeyOfEmail(chosen.email));
    return chosen;
  });
  signedIn(contracts.sendPasswordLink, async (ctx, { params }) => {
    await guard.demand('password-link-by-email', params.userId);
    return services.sendPasswordLink(ctx, params.userId);
  });

  signedIn(contracts.explainAccess, (ctx, { query }) => services.explainAccess(ctx, query));
  signedIn(contracts.listPartnerUsers, async (ctx) => {
    const listed = await services.listPartnerUsers(ctx);
    return { ...listed, lockedOut: await services.listLockOuts(guard.attempts, listed.users) };
  });
  signedIn(contracts.liftLockOut, (ctx, { params }) => services.liftLockOut(ctx, guard.attempts, params.userId));
  signedIn(contracts.invitePartnerUser, async (ctx, { body }, { userId }) => {
    services.demand(ctx, 'partner.manage');
    await guard.demand('user-invitations', userId);
    return services.invitePartnerUser(ctx, body);
  });
  signedIn(contracts.resendPartnerUserInvitation, (ctx, { params }) => services.resendPartnerUserInvitation(ctx, params.invitationId));
  signedIn(contracts.revokePartnerUserInvitation, (ctx, { params }) => services.revokePartnerUserInvitation(ctx, params.invitationId));
  signedIn(contracts.changePartnerUserRoles, (ctx, { params, body, version }) =>
    services.changePartnerUserRoles(ctx, { ...params, ...body, version }),
  );
  signedIn(contracts.deactivatePartnerUser, (ctx, { params }) => services.deactivatePartnerUser(ctx, params.userId));
  signedIn(contracts.reactivatePartnerUser, (ctx, { params }) => services.reactivatePartnerUser(ctx, params.userId));
  signedIn(contracts.resetSecondFactor, (ctx, { params }) => services.resetSecondFactor(ctx, params.userId));
  signedIn(contracts.signOutPartnerUser, (ctx, { params }) => services.signOutPartnerUser(ctx, params.userId));
  open(contracts.openPartnerUserInvitation, async (base, { params }) => {
    await guard.demand('join-link', base.origin?.ip ?? '');
    return services.openPartnerUserInvitation(base, links, params.token);
  });
  open(contracts.joinPartner, async (base, { params, body }, { request, response }) => {
    await guard.demand('join-link', base.origin?.ip ?? '');
    const { userId, email } = await services.joinPartner(base, links, { ...params, ...body });
    // The link and the new password are proof enough. Should this fail, the person signs in with them.
    const signedIn = await auth.api.signInByLink({ body: { userId }, headers: agentOf(request), returnHeaders: true }).catch(() => null);
    if (signedIn) response.setHeader('set-cookie', signedIn.headers.getSetCookie());
    return { email };
  });

  signedIn(contracts.listActivePartnerships, (ctx) => services.listActivePartnerships(ctx));
  signedIn(contracts.listPartnerships, (ctx, { query }) => services.listPartnerships(ctx, links, query));
  signedIn(contracts.requestPartnership, (ctx, { body }) => services.requestPartnership(ctx, links, body));
  signedIn(contracts.getPartnership, (ctx, { params }) => services.getPartnership(ctx, links, params.partnershipId));
  signedIn(contracts.listSharedCustomers, (ctx, { params, query }) => services.listSharedCustomers(ctx, links, { ...params, ...query }));
  signedIn(contracts.previewPartnershipRemoval, (ctx, { params }) => services.previewRemoval(ctx, params.partnershipId));
  signedIn(contracts.removePartnership, (ctx, { params }) => services.removePartnership(ctx, links, params.partnershipId));

  signedIn(contracts.listCustomers, (ctx, { query }) => services.listCustomers(ctx, query));
  signedIn(contracts.listCustomerTags, (ctx) => services.listCustomerTags(ctx));
  signedIn(contracts.listCustomerResellers, (ctx) => services.listCustomerResellers(ctx));
  signedIn(contracts.listCustomerViews, (ctx) => services.listCustomerViews(ctx));
  signedIn(contracts.addCustomerView, (ctx, { body }) => services.addCustomerView(ctx, body));
  signedIn(contracts.editCustomerView, (ctx, { params, body }) => services.editCustomerView(ctx, { ...params, ...body }));
  signedIn(contracts.deleteCustomerView, (ctx, { params }) => services.deleteCustomerView(ctx, params.viewId));
  signedIn(contracts.addCustomer, (ctx, { body }) => services.addCustomer(ctx, body));
  signedIn(contracts.bulkCustomers, async (ctx, { body }) => {
    if (body.action === 'invite') return services.startBulk(ctx, { ...body, messages: await completed(ctx, body.messages) });
    return services.startBulk(ctx, body.action === 'end' ? { ...body, at: momentOf(body) } : body);
  });
  signedIn(contracts.checkDomain, (ctx, { params }) => services.checkDomain(ctx, params.prefix));
  signedIn(contracts.getCustomer, (ctx, { params }) => services.getCustomer(ctx, params.customerId));
  signedIn(contracts.editCustomer, (ctx, { body, version }) => services.editCustomer(ctx, { ...body, version }));
  signedIn(contracts.previewEdit, (ctx, { body }) => services.previewEdit(ctx, body));
  signedIn(contracts.findAlike, (ctx, { query }) => services.findAlike(ctx, query));
  signedIn(contracts.attestAgreement, (ctx, { body }) => services.attestAgreement(ctx, body));
  signedIn(contracts.askAgreement, (ctx, { body }) => services.askAgreement(ctx, body));
  signedIn(contracts.resendAgreementRequest, (ctx, { params }) => services.resendAgreementRequest(ctx, params.customerId));
  signedIn(contracts.copyAgreementLink, (ctx, { params }) =>
    services.copyAgreementLink({ ...ctx, idempotency: undefined }, links, params.customerId),
  );

  signedIn(contracts.listProducts, () => services.listProducts());
  signedIn(contracts.listSubscriptions, (ctx, { params }) => services.listSubscriptions(ctx, params.customerId));
  signedIn(contracts.addSubscription, (ctx, { body }) => services.addSubscription(ctx, body));
  signedIn(contracts.changeSubscription, (ctx, { params }) => services.changeSubscription(ctx, params));
  signedIn(contracts.changeQuantity, (ctx, { params, body, version }) =>
    services.changeQuantity(ctx, { ...params, quantity: body.quantity, version }),
  );
  signedIn(contracts.changeSubscriptionReseller, (ctx, { params, body, version }) =>
    services.changeReseller(ctx, { ...params, resellerId: body.resellerId, version }),
  );
  signedIn(contracts.listPurchaseProducts, () => services.listPurchaseProducts());
  signedIn(contracts.listPurchases, (ctx, { params }) => services.listPurchases(ctx, params.customerId));
  signedIn(contracts.addPurchase, (ctx, { body }) => services.addPurchase(ctx, body));
  signedIn(contracts.cancelPurchase, (ctx, { params }) => services.cancelPurchase(ctx, params));

  signedIn(contracts.listProvidersToAsk, (ctx, { query }) => services.listProvidersToAsk(ctx, query as services.CustomerOfRequest));
  signedIn(contracts.askProvider, (ctx, { body }) => services.askProvider(ctx, body as services.NewProviderRequest));
  signedIn(contracts.listProviderRequests, (ctx, { query }) => services.listProviderRequests(ctx, query));
  signedIn(contracts.getProviderRequest, (ctx, { params }) => services.getProviderRequest(ctx, params.requestId));
  signedIn(contracts.confirmProviderRequest, (ctx, { params, body }) =>
    services.confirmProviderRequest(ctx, { ...params, ...body, at: momentOf(body) }),
  );
  signedIn(contracts.declineProviderRequest, (ctx, { params, body }) => services.declineProviderRequest(ctx, { ...params, ...body }));
  signedIn(contracts.withdrawProviderRequest, (ctx, { params }) => services.withdrawProviderRequest(ctx, params.requestId));

  signedIn(contracts.previewEnd, (ctx, { params }) => services.previewEnd(ctx, params.customerId));
  signedIn(contracts.endRelationship, (ctx, { body }) => services.endRelationship(ctx, body));
  signedIn(contracts.cancelEnd, (ctx, { params }) => services.cancelEnd(ctx, params.customerId));
  signedIn(contracts.listPlannedEnds, (ctx, { query }) => services.listPlannedEnds(ctx, query));
  signedIn(contracts.planEnd, (ctx, { body }) => services.planEnd(ctx, { ...body, at: momentOf(body) }));
  signedIn(contracts.approvePlannedEnd, (ctx, { params }) => services.approvePlannedEnd(ctx, params));
  signedIn(contracts.refusePlannedEnd, (ctx, { params, body }) => services.refusePlannedEnd(ctx, { ...params, reason: body.reason }));
  signedIn(contracts.cancelPlannedEnd, (ctx, { params }) => services.cancelPlannedEnd(ctx, params));
  signedIn(contracts.listEndCertificates, (ctx, { params }) => services.listEndCertificates(ctx, links, params.customerId));
  signedIn(contracts.requestRelationship, (ctx, { body }) => services.requestRelationship(ctx, links, body));
  signedIn(contracts.reinstateRelationship, (ctx, { body }) => services.reinstateRelationship(ctx, links, body));

  signedIn(contracts.listApiKeys, (ctx) => services.listApiKeys(ctx));
  signedIn(contracts.createApiKey, (ctx, { body }) => services.createApiKey(ctx, body));
  signedIn(contracts.revokeApiKey, (ctx, { params }) => services.revokeApiKey(ctx, params.apiKeyId));

  const mayBePrivate = { mayBePrivate: allowPrivateAddresses };
  const withAddress = (provider: Awaited<ReturnType<typeof services.getSignInProvider>>) => ({
    ...provider,
    redirectUri: redirectUriOf(host.publicUrl),
  });
  signedIn(contracts.getSignInProvider, async (ctx) => withAddress(await services.getSignInProvider(ctx)));
  signedIn(contracts.setSignInProvider, async (ctx, { body, version }) =>
    withAddress(await services.setSignInProvider(ctx, providerEncryption(host.secret), { ...body, version }, mayBePrivate)),
  );
  signedIn(contracts.removeSignInProvider, async (ctx) => withAddress(await services.removeSignInProvider(ctx)));
  signedIn(contracts.checkSignInProvider, async (ctx, { body: { issuer } }) => {
    refuseFields(checkIssuer(issuer, allowPrivateAddresses));
    await guard.demand('sign-in-provider-check', ctx.partner.id);
    return { checks: await openId.check(normalIssuer(issuer)) };
  });
  open(contracts.findSignInProviders, async ({ db, origin }, { body }) => {
    await guard.demand('sign-in-provider-find', origin?.ip ?? '');
    return services.findSignInProviders(db, host.cloud, body.email);
  });

  signedIn(contracts.getSettings, (ctx) => services.getSettings(ctx));
  signedIn(contracts.changeSettings, (ctx, { body, version }) => services.changeSettings(ctx, { ...body, version }));

  const withStandard = (template: services.TemplateView) => ({ ...template, standard: standardText(template.kind, template.language) });
  signedIn(contracts.listTemplates, async (ctx) => ({ items: (await services.listTemplates(ctx)).map(withStandard) }));
  signedIn(contracts.changeTemplate, async (ctx, { params, body, version }) =>
    withStandard(await services.changeTemplate(ctx, { ...params, ...body, version })),
  );
  signedIn(contracts.resetTemplate, async (ctx, { params, version }) =>
    withStandard(await services.resetTemplate(ctx, { ...params, version })),
  );
  signedIn(contracts.previewTemplate, (ctx, { body }, actor) =>
    templateMail({ ...body, partner: ctx.partner, author: actor, now: ctx.now, ...sampleOf(links) }),
  );
  signedIn(contracts.listSuppressions, (ctx, { query }) => services.listSuppressions(ctx, query));
  signedIn(contracts.liftSuppression, (ctx, { body }) => services.liftSuppression(ctx, body.email));
  signedIn(contracts.askDelegatedAdmin, (ctx, { body }) => services.askDelegatedAdmin(ctx, links, body));
  signedIn(contracts.expiryCalendar, (ctx, { query }) => services.expiryCalendar(ctx, query));
  signedIn(contracts.listExpiries, (ctx, { query }) => services.listExpiries(ctx, query));
  // An address of a person is not kept under an Idempotency-Key.
  signedIn(contracts.getCalendarFeed, (ctx) => services.getCalendarFeed(ctx, links));
  signedIn(contracts.renewCalendarFeed, (ctx) => services.renewCalendarFeed({ ...ctx, idempotency: undefined }, links));
  signedIn(contracts.closeCalendarFeed, (ctx) => services.closeCalendarFeed(ctx));

  signedIn(contracts.listImports, (ctx, { query }) => services.listImports(ctx, query));
  signedIn(contracts.getImport, (ctx, { params }) => services.getImport(ctx, params.importId));
  signedIn(contracts.startImport, (ctx, { params, body }) => services.startImport(ctx, { ...params, ...body }));
  signedIn(contracts.listImportRows, (ctx, { params, query }) => services.listImportRows(ctx, { ...params, ...query }));

  signedIn(contracts.listInvitations, (ctx, { query }) => services.listInvitations(ctx, links, query));
  signedIn(contracts.createInvitation, (ctx, { body }) => services.createInvitation(ctx, links, body));
  signedIn(contracts.checkRecipients, (ctx, { body }) => {
    services.demand(ctx, 'invitations.send');
    return checkRecipients(body.text, body.language);
  });
  signedIn(contracts.sendInvitations, async (ctx, { body }) =>
    services.sendInvitations(ctx, { ...body, messages: await completed(ctx, body.messages) }),
  );
  signedIn(contracts.previewInvitation, async (ctx, { body }, actor) => {
    const kind = services.templateOfPurpose[body.purpose];
    const [own, { invitationDays }] = await Promise.all([services.findOwnText(ctx, kind, body.language), services.getSettings(ctx)]);
    const providerName = await providerNameOf(ctx, body.providerId);
    const heldUntil = body.heldUntil ? new Date(body.heldUntil) : null;
    const draft = draftOf({ ...body, heldUntil, providerName, partnerName: ctx.partner.name, own });
    const names = { partner: ctx.partner.name, recipient: body.recipientName, company: body.companyName };
    const template = body.toMany ? body.message || (own ?? standardText(kind ?? 'invitation', body.language)).message : null;
    const message = template === null ? (body.message ?? draft.message) : fillMessage(template, names, body.language);
    const mail = invitationMail({
      language: body.language,
      partner: ctx.partner,
      author: actor,
      providerName,
      invitation: {
        ...body,
        recipientName: body.recipientName || null,
        companyName: body.companyName ?? '',
        subject: draft.subject,
        message,
        heldUntil,
        expiresAt: new Date(ctx.now.getTime() + (body.days ?? invitationDays) * 86_400_000),
      },
      ...sampleOf(links),
    });
    return { ...mail, message: template ?? message };
  });
  signedIn(contracts.getInvitation, (ctx, { params }) => services.getInvitation(ctx, links, params.invitationId));
  signedIn(contracts.resendInvitation, (ctx, { params, body }) => services.resendInvitation(ctx, links, { ...params, ...body }));
  signedIn(contracts.revokeInvitation, (ctx, { params }) => services.revokeInvitation(ctx, links, params.invitationId));
  signedIn(contracts.approveHandOver, (ctx, { params }) => services.approveHandOver(ctx, links, params));
  signedIn(contracts.refuseHandOver, (ctx, { params }) => services.refuseHandOver(ctx, links, params));
  signedIn(contracts.switchReminders, (ctx, { params, body }) => services.switchReminders(ctx, links, { ...params, ...body }));
  signedIn(contracts.copyInvitationLink, async (ctx, { params }, actor) => {
    const { link, invitation } = await services.copyInvitationLink({ ...ctx, idempotency: undefined }, links, params.invitationId);
    const mail = invitationMail({
      language: invitation.language,
      partner: ctx.partner,
      author: actor,
      providerName: invitation.providerId ? await providerNameOf(ctx, invitation.providerId) : undefined,
      invitation,
      link,
      matchCode: links.matchCodeOf(invitation.id),
    });
    return { link, subject: mail.subject, text: mail.text };
  });

  signedIn(contracts.listOperations, (ctx, { query }) => services.listOperations(ctx, query));
  signedIn(contracts.getOperation, (ctx, { params }) => services.getOperation(ctx, params.operationId));
  signedIn(contracts.getOperationInput, (ctx, { params }) => services.getOperationInput(ctx, params.operationId));
  signedIn(contracts.retryOperation, (ctx, { params }) => services.retryOperation(ctx, params.operationId));
  signedIn(contracts.cancelOperation, (ctx, { params }) => services.cancelOperation(ctx, params.operationId));
  signedIn(contracts.pauseOperation, (ctx, { params }) => services.pauseOperation(ctx, params.operationId));
  signedIn(contracts.resumeOperation, (ctx, { params }) => services.resumeOperation(ctx, params.operationId));
  signedIn(contracts.listOperationRows, (ctx, { params, query }) => services.listOperationRows(ctx, { ...params, ...query }));
  signedIn(contracts.revealCredentials, (ctx, { params }) => services.revealCredentials(ctx, params.operationId));

  signedIn(contracts.listActivity, (ctx, { query }) => services.listActivity(ctx, query));
  const logKey = services.createLogKey(secret);
  open(contracts.getLogKey, () => services.logKeyOf(logKey));
  signedIn(contracts.getLogState, (ctx) => services.getLogState(ctx, logKey));
  signedIn(contracts.getCheckpoint, (ctx) => services.getCheckpoint(ctx));
  signedIn(contracts.askVerification, (ctx) => services.askVerification(ctx, logKey));

  signedIn(contracts.checkSender, async (ctx) => ({
    sendsTo: inboxUrl ? 'inbox' : 'server',
    from: sender.from,
    server: sender.smtpHost,
    bounceAddress: sender.bounceAddress ?? null,
    items: inboxUrl ? [] : await checkSender(sender, withDeadline(dns, 7000)),
    checkedAt: ctx.now,
  }));
  signedIn(contracts.sendTestMail, (ctx) => services.sendTestMail(ctx));
  signedIn(contracts.getTestMail, (ctx) => services.getTestMail(ctx));

  signedIn(contracts.getQueue, async (ctx) => {
    const [state, undispatched] = await Promise.all([readQueueState(backend, producer, ctx.partner.id), relay.undispatched()]);
    return { ...state, undispatched, failed: await services.describeJobs(ctx, state.failed) };
  });
  signedIn(contracts.retryFailedJobs, async (ctx, { body }) => ({ retried: await retryFailed(producer, ctx.partner.id, body.jobId) }));
  signedIn(contracts.discardFailedJob, async (ctx, { body }) => {
    const job = await findFailed(producer, ctx.partner.id, body.jobId);
    if (!job) throw notFound('failed job');
    await services.discardJob(ctx, job);
    return {};
  });
}

/** What a provider of the partner's is called; undefined for one that it has no active partnership with. */
async function providerNameOf(ctx: Context, providerId: string | undefined): Promise<string | undefined> {
  if (!providerId) return undefined;
  return (await services.activeProviders(ctx)).find(({ partner }) => partner.id === providerId)?.partner.name;
}

const momentOf = ({ at }: { at?: string | undefined }) => (at === undefined ? undefined : new Date(at));

/** The messages to many, with the partner's own text, or the standard one, for a language that has none. */
async function completed(ctx: Context, messages: Record<Language, string>): Promise<Record<Language, string>> {
  const message = async (language: Language) =>
    messages[language] || ((await services.findOwnText(ctx, 'invitation', language)) ?? standardText('invitation', language)).message;
  return { en: await message('en'), ja: await message('ja') };
}

/** What stands where link and match code will be; nobody can open it. */
const sampleOf = (links: services.Links) => ({
  link: `${links.linkOf({ id: '00000000-0000-7000-8000-000000000000', tokenVersion: 0 }).slice(0, -12)}…`,
  matchCode: '000 000',
});
