import { acceptAnswer, handOverRequest } from '@clientele/contracts';
import type { ChangeHint } from '@clientele/db';
import { cloudProfiles, type FieldError, type Language, lengths, normalizeDomain, Refusal, type RefusalCode } from '@clientele/domain';
import type { Logger } from '@clientele/runtime';
import {
  acceptInvitation,
  declineInvitation,
  type Links,
  type OpenInvitation,
  observeVisit,
  openInvitation,
  requestHandOver,
  type SessionActor,
  type Visit,
} from '@clientele/services';
import type { IRouter, NextFunction, Request, Response } from 'express';
import { type Form, readForm } from './forms.ts';
import { type Base, baseOf, type MountOptions } from './mount.ts';
import { isFromOtherSite } from './own-site.ts';
import {
  type Answerer,
  type InvitationPageProps,
  type NewOrganizationValues,
  type PageNotice,
  renderErrorPage,
  renderInvitationPage,
  renderLinkInvalidPage,
  style,
  stylePath,
  visitScript,
  visitScriptPath,
} from './pages/index.ts';
import { fieldErrors, problemOf, refusalOf } from './problems.ts';
import { type Auth, actorOf, signInWithPassword } from './session.ts';

export type CustomerPageOptions = MountOptions & {
  links: Links;
  auth: Auth;
  logger: Logger;
  /** Tells the partner's screens that a page was opened. */
  observed: (hint: ChangeHint) => void;
};
type Options = CustomerPageOptions;
type Person = SessionActor | null;

/**
 * The customer's pages about an invitation. GET and HEAD change nothing but what is known of visits, which matters to nobody (ADR 0019); only a
 * person's POST does.
 */
export function mountCustomerPages(router: IRouter, options: Options): void {
  const form = readForm({ limit: '32kb', fields: 50 });
  router.get(stylePath, (_request, response) => {
    response.setHeader('cache-control', 'public, max-age=31536000, immutable');
    response.type('text/css').send(style);
  });
  router.get(visitScriptPath, (_request, response) => {
    response.setHeader('cache-control', 'public, max-age=31536000, immutable');
    response.type('text/javascript').send(visitScript);
  });
  const observe = createObserver(options);
  router.get('/i/:token', async (request, response) => {
    const base = baseOf(response, options);
    response.send(await renderPage(options, request, response, await personOf(options, request)));
    observe(base, request, 'no');
  });
  // The page's script tells that somebody is there. There is no answer to it, whatever the token is.
  router.post('/i/:token/seen', (request, response) => {
    requireOwnPage(request);
    response.status(204).end();
    if (request.get('origin')) observe(baseOf(response, options), request, 'moved');
  });
  router.post('/i/:token/accept', form, async (request, response) => {
    const base = baseOf(response, options);
    const values = (request.body ?? {}) as Form;
    const person = await personOf(options, request);
    await answer(options, request, response, person, values, async () => {
      const open = await openInvitation(baseOf(response, options), options.links, tokenOf(request), person);
      const fromForm = values.companyName !== undefined && !open.standing.hasUsers ? organizationOf(values, person) : undefined;
      await acceptInvitation(
        baseOf(response, options),
        options.links,
        {
          token: tokenOf(request),
          agreementAccepted: values.agreement === 'on' || values.agreement === 'yes' || values.agreement === 'true',
          organization: fromForm,
        },
        person,
      );
    });
    observe(base, request, 'sent');
  });
  router.post('/i/:token/decline', form, async (request, response) => {
    const base = baseOf(response, options);
    const values = (request.body ?? {}) as Form;
    const person = await personOf(options, request);
    await answer(options, request, response, person, values, async () => {
      const reason = (values.reason ?? '').trim();
      if (reason.length > lengths.reason) throw refusal([{ path: 'reason', rule: 'too_long', params: { max: lengths.reason } }]);
      await declineInvitation(baseOf(response, options), options.links, { token: tokenOf(request), reason }, person);
    });
    observe(base, request, 'sent');
  });
  const { guard } = options;
  router.post('/i/:token/hand-over', form, async (request, response) => {
    const base = baseOf(response, options);
    const values = (request.body ?? {}) as Form;
    const person = await personOf(options, request);
    await answer(options, request, response, person, values, async () => {
      const { invitation } = await openInvitation(baseOf(response, options), options.links, tokenOf(request), null);
      if (!(await guard.allow('hand-over', invitation.id))) throw new Refusal('limit_reached', 'That was tried too often.');
      const parsed = handOverRequest.safeParse(values);
      if (!parsed.success) throw refusal(fieldErrors(parsed.error, values));
      const { adminName: name, adminEmail: email, adminNote: note } = parsed.data;
      await requestHandOver(baseOf(response, options), options.links, { token: tokenOf(request), name, email, note: note.trim() });
    });
    observe(base, request, 'sent');
  });
  router.post('/i/:token/sign-in', form, async (request, response) => {
    const base = baseOf(response, options);
    const values = (request.body ?? {}) as Form;
    requireOwnPage(request);
    // Only who holds a link of ours may try a password here, and not often.
    const { invitation } = await openInvitation(baseOf(response, options), options.links, tokenOf(request), null);
    const tooMany = async () =>
      void response.status(429).send(await renderPage(options, request, response, null, { form: values, notice: 'too-many-attempts' }));
    if (!(await guard.allow('sign-in-by-invitation', invitation.id))) return tooMany();
    const typed = { email: (values.email ?? '').trim(), password: values.password ?? '' };
    const answered = await signInWithPassword(options.auth, request, typed);
    if (answered === 'too-many') return tooMany();
    if (answered === 'wrong') {
      response.status(422).send(await renderPage(options, request, response, null, { form: values, notice: 'sign-in-failed' }));
      observe(base, request, 'sent');
      return;
    }
    response.setHeader('set-cookie', answered.headers.getSetCookie());
    response.redirect(303, pageOf(request));
    observe(base, request, 'sent');
  });
  router.use('/i', (error: unknown, request: Request, response: Response, _next: NextFunction) => {
    sendPageError(options, error, request, response);
  });
  router.get('/i/:token/*splat', (request, response) => response.redirect(303, pageOf(request)));
  router.get('/i', (request, response) => {
    response.status(404).send(renderLinkInvalidPage({ language: languageOf(request, null) }));
  });
}

/**
 * Notes who opened a page, after the page was sent and never in its way: what cannot be noted is lost, and nobody misses it. A program that
 * opens a page again and again stops being noted for a while.
 */
export function createObserver(options: Options) {
  const { guard, links, logger, observed } = options;
  return (base: Base, request: Request, acted: Visit['acted']): void => {
    const token = tokenOf(request);
    const invitationId = links.invitationIdOf(token);
    if (!invitationId) return;
    guard
      .allow('visit', invitationId)
      .then(async (allowed) => {
        if (!allowed) return null;
        const actor = await actorOf(request, options);
        return observeVisit(base, links, {
          token,
          acted,
          partnerId: actor?.partner?.id ?? null,
          method: request.method,
          userAgent: request.get('user-agent'),
          accept: request.get('accept'),
          acceptLanguage: request.get('accept-language'),
          purpose: request.get('sec-purpose') ?? request.get('purpose') ?? request.get('x-moz'),
        });
      })
      .then((seen) => seen && observed({ ...seen, types: ['invitation.visited'] }))
      .catch((error: unknown) => {
        if (!(error instanceof Refusal)) logger.warn({ err: error, requestId: base.requestId }, 'a visit could not be noted');
      });
  };
}

// Nothing but our style sheet, our forms, and where it is asked for our script and what it tells.
const contentSecurityPolicy =
  "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
const withScript = "; script-src 'self'; connect-src 'self'";

export const tokenOf = (request: Request) => String(request.params.token ?? '');
const pageOf = (request: Request) =>
  `/i/${tokenOf(request)}${request.query.language === undefined ? '' : `?language=${languageOf(request, null)}`}`;

/** What keeps a page with a token in its address out of caches and other sites' sight. */
export function protectPage(response: Response, { script = false } = {}): void {
  response.setHeader('cache-control', 'no-store');
  response.setHeader('referrer-policy', 'same-origin');
  response.setHeader('content-security-policy', script ? contentSecurityPolicy + withScript : contentSecurityPolicy);
}

/** The page that tells of a refusal. */
export const errorKindOf = (code: RefusalCode) =>
  code === 'unavailable' ? 'unavailable' : code === 'payload_too_large' ? 'too-large' : 'unexpected';

/** A page for what went wrong. What is not one of our links always gets the same one. */
export function sendPageError({ logger }: Options, error: unknown, request: Request, response: Response): void {
  const problem = refusalOf(error);
  const language = languageOf(request, null);
  if (problem.code === 'internal')
    logger.error({ err: error, requestId: response.locals.requestId }, 'unexpected error on a customer page');
  if (problem.code === 'link_invalid' || problem.code === 'not_found') response.status(404).send(renderLinkInvalidPage({ language }));
  else response.status(problemOf(problem, '').status).send(renderErrorPage({ language, kind: errorKindOf(problem.code) }));
}

/** The page's language: chosen on it, else the invitation's, else the browser's. */
export function languageOf(request: Request, invited: Language | null): Language {
  const chosen = request.query.language;
  if (chosen === 'en' || chosen === 'ja') return chosen;
  return invited ?? (request.acceptsLanguages('en', 'ja') === 'ja' ? 'ja' : 'en');
}

const refusal = (fields: FieldError[]) => new Refusal('validation_failed', 'Some fields need your attention.', { fields });

/** The customer's person. A partner's user is nobody here: it must not answer its own request. */
async function personOf(options: Options, request: Request): Promise<Person> {
  const actor = await actorOf(request, options);
  return actor?.partner ? null : actor;
}

/** Does what was asked and shows what came of it; a refusal shows the page again with what was typed. */
async function answer(
  options: Options,
  request: Request,
  response: Response,
  person: Person,
  form: Form,
  act: () => Promise<void>,
): Promise<void> {
  try {
    requireOwnPage(request);
    await act();
    response.redirect(303, pageOf(request));
  } catch (error) {
    const problem = refusalOf(error);
    if (problem.code === 'link_over')
      response.status(409).send(await renderPage(options, request, response, person, { notice: 'changed-meanwhile' }));
    else if (problem.code === 'validation_failed')
      response.status(422).send(await renderPage(options, request, response, person, { form, errors: problem.fields }));
    // Only naming somebody else can end in these two.
    else if (problem.code === 'illegal_transition')
      response.status(409).send(await renderPage(options, request, response, person, { notice: 'hand-over-waits' }));
    else if (problem.code === 'limit_reached')
      response.status(429).send(await renderPage(options, request, response, person, { form, notice: 'hand-over-limit' }));
    else if (problem.code === 'sign_in_required')
      response.status(403).send(await renderPage(options, request, response, person, { form, notice: 'sign-in-needed', signIn: true }));
    else throw error;
  }
}

/** A form of another site must not answer for a person who is signed in here. */
export function requireOwnPage(request: Request): void {
  if (isFromOtherSite(request)) throw new Refusal('link_invalid', 'Not from our page.');
}

function organizationOf(values: Form, person: Person) {
  const parsed = acceptAnswer.safeParse({ ...values, password: person ? 'not needed here' : values.password });
  const errors = parsed.success ? [] : fieldErrors(parsed.error, values);
  if (parsed.success && normalizeDomain(parsed.data.domain) === null) errors.push({ path: 'domain', rule: 'domain' });
  if (!parsed.success || errors.length > 0) throw refusal(errors);
  return parsed.data;
}

interface Shown {
  form?: Form;
  errors?: FieldError[];
  notice?: PageNotice;
  signIn?: boolean;
}

async function renderPage(options: Options, request: Request, response: Response, person: Person, shown: Shown = {}): Promise<string> {
  const open = await openInvitation(baseOf(response, options), options.links, tokenOf(request), person);
  protectPage(response, { script: open.state === 'pending' });
  const { invitation, partner } = open;
  const { form } = shown;
  const at = open.handedOverAt ?? invitation.answeredAt;
  const props: InvitationPageProps = {
    language: languageOf(request, invitation.language),
    path: `/i/${tokenOf(request)}`,
    state: open.state,
    purpose: invitation.purpose,
    partner: {
      name: partner.name,
      country: partner.country,
      type: partner.type,
      ...(partner.webSite ? { webSite: partner.webSite } : {}),
      since: partner.createdAt,
      contactName: open.author.name,
      contactEmail: open.author.email,
    },
    companyName: invitation.companyName,
    ...(invitation.recipientName ? { recipientName: invitation.recipientName } : {}),
    ...(open.provider
      ? {
          provider: {
            ...{ name: open.provider.name, isOff: open.provider.isOff, delegatedAdmin: open.provider.delegatedAdmin },
            ...(open.provider.delegatedAdminFor ? { delegatedAdminFor: open.provider.delegatedAdminFor } : {}),
            ...(open.provider.answer ? { answer: open.provider.answer } : {}),
          },
        }
      : {}),
    delegatedAdmin: invitation.delegatedAdmin,
    ...(open.delegatedAdminFor ? { delegatedAdminFor: open.delegatedAdminFor } : {}),
    ...(open.heldUntil ? { heldUntil: open.heldUntil } : {}),
    agreementNeeded: open.state === 'accepted' ? open.agreementWithAnswer : open.agreementNeeded,
    ...(open.answeredBy ? { answeredBy: open.answeredBy } : {}),
    matchCode: open.matchCode,
    expiresAt: invitation.expiresAt,
    ...(at ? { answeredAt: at } : {}),
    answerer: answererOf(open, person, shown),
    handOver: {
      ...open.handOver,
      ...(form?.adminName === undefined
        ? {}
        : { values: { adminName: form.adminName, adminEmail: form.adminEmail ?? '', adminNote: form.adminNote ?? '' } }),
    },
    errors: shown.errors ?? [],
    ...(shown.form?.reason ? { declineReason: shown.form.reason } : {}),
    ...(shown.notice ? { notice: shown.notice } : {}),
  };
  return renderInvitationPage(props);
}

function answererOf({ invitation, standing, partner }: OpenInvitation, person: Person, { form, signIn }: Shown): Answerer {
  const agreement = form?.agreement !== undefined;
  if (standing.role === 'global-admin' && person) return { kind: 'signed-in', name: person.name, agreement };
  if (standing.hasUsers || signIn) {
    if (person && !signIn) return { kind: 'not-admin', name: person.name, email: invitation.email };
    return { kind: 'sign-in', ...(form?.email ? { email: form.email } : {}) };
  }
  const [firstName = '', ...rest] = (invitation.recipientName ?? '').split(' ');
  const values: NewOrganizationValues = {
    companyName: form?.companyName ?? invitation.companyName,
    domain: form?.domain ?? invitation.domain ?? '',
    country: form?.country ?? partner.country,
    firstName: form?.firstName ?? firstName,
    lastName: form?.lastName ?? rest.join(' '),
    email: invitation.email,
    agreement,
  };
  return {
    kind: 'new-organization',
    values,
    ...(person ? { signedInAs: person.name } : {}),
    countries: cloudProfiles[partner.cloud].countries,
  };
}
