import { email } from '@clientele/contracts';
import type { FieldError, Language } from '@clientele/domain';
import type { Producer } from '@clientele/queue';
import {
  acceptAgreementOnOwnPage,
  attemptKeyOfEmail,
  checkReceipt,
  createCheckCodes,
  createSignInLinks,
  findSessionActor,
  isGuessable,
  listOwnHistory,
  listOwnPartners,
  openOwnPartner,
  openReceipt,
  openSignIn,
  requestSignIn,
  type SessionActor,
  type SignInPerson,
  takeBackDelegatedAdmin,
  useSignIn,
} from '@clientele/services';
import type { IRouter, NextFunction, Request, RequestHandler, Response } from 'express';
import { mountBuyingPages } from './buying-pages.ts';
import { type CustomerPageOptions, errorKindOf, languageOf, protectPage } from './customer-pages.ts';
import { readForm } from './forms.ts';
import { baseOf } from './mount.ts';
import { customerIdOf, formOf, forPerson, type OwnParts } from './own-person.ts';
import { isFromOtherSite } from './own-site.ts';
import {
  at,
  type OwnNotice,
  renderCheckPage,
  renderErrorPage,
  renderLinkInvalidPage,
  renderLinkPage,
  renderLinkSentPage,
  renderOwnAgreementPage,
  renderPartnerPage,
  renderPartnersPage,
  renderReceiptFile,
  renderReceiptPage,
  renderSignInPage,
  renderTakeAwayPage,
} from './pages/index.ts';
import { problemOf, refusalOf } from './problems.ts';
import { actorOf, addressOf, agentOf, signInWithPassword } from './session.ts';

export interface OwnPageOptions extends CustomerPageOptions {
  publicUrl: string;
  secret: string;
  producer: Pick<Producer, 'add'>;
}

/** Where a person may be sent after signing in: to a page of these, and nowhere else. */
const placeOf = (to: unknown): string | undefined =>
  typeof to === 'string' && /^\/my(\/(?!sign-)[\w/-]*)?(\?language=(en|ja))?$/.test(to) ? to : undefined;

/** The customer's own page: its partners, what each may do, and what was agreed. GET and HEAD change nothing; only a person's POST does. */
export function mountOwnPages(router: IRouter, options: OwnPageOptions): void {
  const parts: OwnParts = { ...options, signInLinks: createSignInLinks(options), codes: createCheckCodes(options) };
  const form = readForm({ limit: '32kb', fields: 50 });
  router.use('/my', (request, response, next) => {
    protectPage(response);
    // A form of another site must not act for a person who is signed in here, nor sign anybody in.
    if (request.method === 'GET' || request.method === 'HEAD' || !isFromOtherSite(request)) next();
    else response.status(403).send(renderErrorPage({ language: languageOf(request, null), kind: 'refused' }));
  });
  mountSignIn(router, parts, form);
  mountPartners(router, parts, form);
  mountReceipts(router, parts);
  mountBuyingPages(router, parts, form);
  router.use('/my', (request, response) => {
    response.redirect(303, at(languageOf(request, null), ''));
  });
  router.use('/my', (error: unknown, request: Request, response: Response, _next: NextFunction) => {
    sendOwnError(parts, error, request, response);
  });
}

function sendOwnError({ logger }: OwnParts, error: unknown, request: Request, response: Response): void {
  const problem = refusalOf(error);
  const language = languageOf(request, null);
  if (problem.code === 'internal')
    logger.error({ err: error, requestId: response.locals.requestId }, 'unexpected error on a page of a customer’s own');
  if (problem.code === 'not_found' || problem.code === 'link_invalid') response.status(404).send(renderLinkInvalidPage({ language }));
  else response.status(problemOf(problem, '').status).send(renderErrorPage({ language, kind: errorKindOf(problem.code) }));
}

function mountSignIn(router: IRouter, parts: OwnParts, form: RequestHandler): void {
  const { guard } = parts;
  /** Counted for what was typed and for who types, whether or not anybody has it. */
  const mayAskLink = async (request: Request, typed: string) =>
    (await guard.allow('sign-in-link-by-address', addressOf(request))) &&
    (await guard.allow('sign-in-link-by-email', attemptKeyOfEmail(typed)));

  router.get('/my/sign-in', async (request, response) => {
    const actor = await actorOf(request, parts);
    const language = languageOf(request, null);
    if (actor && !actor.partner) return response.redirect(303, placeOf(request.query.to) ?? at(language, ''));
    const to = placeOf(request.query.to);
    const notice: OwnNotice | undefined = actor
      ? 'partnerUser'
      : to
        ? 'linkOnly'
        : request.query.done === 'signed-out'
          ? 'signedOut'
          : undefined;
    response.send(renderSignInPage({ language, notice, to }));
  });

  router.post('/my/sign-in', form, async (request, response) => {
    const values = formOf(request);
    const typed = (values.email ?? '').trim();
    const shown = { language: languageOf(request, null), email: typed, form: 'password', to: placeOf(values.to) } as const;
    const missing: FieldError[] = [
      ...(typed ? [] : [{ path: 'email', rule: 'required' } as const]),
      ...(values.password ? [] : [{ path: 'password', rule: 'required' } as const]),
    ];
    if (missing.length > 0) return response.status(422).send(renderSignInPage({ ...shown, errors: missing }));
    const answered = await signInWithPassword(parts.auth, request, { email: typed, password: values.password ?? '' });
    if (answered === 'too-many') return response.status(429).send(renderSignInPage({ ...shown, notice: 'tooMany' }));
    if (answered === 'wrong') return response.status(422).send(renderSignInPage({ ...shown, notice: 'signInFailed' }));
    // The password is right, but a partner's people have their own door: no session is left behind.
    const { headers, token } = answered;
    const actor = await findSessionActor(parts.db, token);
    if (actor?.partner) {
      await parts.auth.api.signOut({ headers: new Headers({ cookie: cookiesOf(headers) }) }).catch(() => undefined);
      return response.status(403).send(renderSignInPage({ ...shown, notice: 'partnerUser' }));
    }
    response.setHeader('set-cookie', headers.getSetCookie());
    response.redirect(303, shown.to ?? at(shown.language, ''));
  });

  router.post('/my/sign-in/link', form, async (request, response) => {
    const typed = (formOf(request).email ?? '').trim();
    const language = languageOf(request, null);
    const shown = { language, email: typed, form: 'link' } as const;
    if (!email.safeParse(typed).success || /[\0\ud800-\udfff]/.test(typed))
      return response.status(422).send(renderSignInPage({ ...shown, errors: [{ path: 'email', rule: typed ? 'email' : 'required' }] }));
    if (!(await mayAskLink(request, typed))) return response.status(429).send(renderSignInPage({ ...shown, notice: 'tooMany' }));
    const id = await requestSignIn(baseOf(response, parts), { address: typed, language, cloud: parts.cloud });
    response.redirect(303, at(language, '/sign-in/sent'));
    // The quick path; without it the worker's sweeper brings the mail.
    parts.producer
      .add([{ name: 'sign-in.mail', id, payload: { signInRequestId: id } }])
      .catch((error: unknown) => parts.logger.warn({ err: error }, 'queue not reachable; the sweeper will bring the mail'));
  });

  router.get('/my/sign-in/sent', (request, response) => {
    response.send(renderLinkSentPage({ language: languageOf(request, null) }));
  });

  const over = (request: Request, response: Response, error: unknown) => {
    if (refusalOf(error).code !== 'link_invalid') throw error;
    response.status(404).send(renderSignInPage({ language: languageOf(request, null), notice: 'linkOver' }));
  };
  router.get('/my/sign-in/:token', async (request, response) => {
    const token = String(request.params.token);
    try {
      const { people, language, expiresAt } = await openSignIn(baseOf(response, parts), parts.signInLinks, token);
      response.send(renderLinkPage({ language: languageOf(request, language), token, people, expiresAt }));
    } catch (error) {
      over(request, response, error);
    }
  });
  router.post('/my/sign-in/:token', form, async (request, response) => {
    const base = baseOf(response, parts);
    const token = String(request.params.token);
    const { person: personId = '', password } = formOf(request);
    try {
      // Before the link is used up.
      const opened = password ? await openSignIn(base, parts.signInLinks, token) : undefined;
      const wrong = password && opened ? await wrongPassword(password, opened.people) : undefined;
      if (wrong && opened) {
        const { people, language, expiresAt } = opened;
        const shown = { language: languageOf(request, language), token, people, expiresAt, personId };
        response.status(422).send(renderLinkPage({ ...shown, errors: [wrong] }));
        return;
      }
      const userId = await useSignIn(base, parts.signInLinks, { token, personId });
      const { headers } = await parts.auth.api.signInByLink({
        body: { userId, ...(password ? { newPassword: password } : {}) },
        headers: agentOf(request),
        returnHeaders: true,
      });
      response.setHeader('set-cookie', headers.getSetCookie());
      response.redirect(303, at(languageOf(request, null), ''));
    } catch (error) {
      over(request, response, error);
    }
  });

  router.post('/my/sign-out', async (request, response) => {
    const language = languageOf(request, null);
    const signedOut = await parts.auth.api
      .signOut({ headers: new Headers({ cookie: request.headers.cookie ?? '' }), returnHeaders: true })
      .catch(() => null);
    if (signedOut) response.setHeader('set-cookie', signedOut.headers.getSetCookie());
    response.redirect(303, `${at(language, '/sign-in')}&done=signed-out`);
  });
}

async function wrongPassword(password: string, people: readonly SignInPerson[]): Promise<FieldError | undefined> {
  if (password.length < 10) return { path: 'password', rule: 'too_short', params: { min: 10 } };
  if (password.length > 128) return { path: 'password', rule: 'too_long', params: { max: 128 } };
  const names = people.flatMap(({ name, signInName, domain }) => [name, signInName, domain]);
  return (await isGuessable(password, names)) ? { path: 'password', rule: 'password_guessable' } : undefined;
}

const cookiesOf = (headers: Headers) =>
  headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');

function mountPartners(router: IRouter, parts: OwnParts, form: RequestHandler): void {
  const certificateLink = parts.links.certificate.linkOf;
  router.get(
    '/my',
    forPerson(parts, async (_request, response, person, language) => {
      const partners = await listOwnPartners(baseOf(response, parts), person.userId);
      response.send(renderPartnersPage({ language, person, partners, certificateLink }));
    }),
  );

  const partnerPage = async (request: Request, response: Response, person: SessionActor, language: Language, notice?: OwnNotice) => {
    const { ctx, own } = await openOwnPartner(baseOf(response, parts), person.userId, customerIdOf(request));
    // What an address says was done is shown only where it is true.
    const done = request.query.done;
    const said =
      notice ??
      (done === 'taken-away' && !own.delegatedAdmin ? 'takenAway' : done === 'agreed' && own.agreementAcceptedAt ? 'agreed' : undefined);
    return renderPartnerPage({ language, person, own, certificateLink, history: await listOwnHistory(ctx, own), notice: said });
  };
  router.get(
    '/my/partners/:customerId',
    forPerson(parts, async (request, response, person, language) => {
      response.send(await partnerPage(request, response, person, language));
    }),
  );

  router.get(
    '/my/partners/:customerId/delegated-admin',
    forPerson(parts, async (request, response, person, language) => {
      const { own } = await openOwnPartner(baseOf(response, parts), person.userId, customerIdOf(request));
      response.send(renderTakeAwayPage({ language, person, own }));
    }),
  );
  router.post(
    '/my/partners/:customerId/delegated-admin',
    forPerson(parts, async (request, response, person, language) => {
      const customerId = customerIdOf(request);
      try {
        await takeBackDelegatedAdmin(baseOf(response, parts), person.userId, customerId);
        response.redirect(303, `${at(language, `/partners/${customerId}`)}&done=taken-away`);
      } catch (error) {
        await refused(request, response, person, language, error);
      }
    }),
  );

  /** A role that is missing, or somebody who was quicker: the page shows how it is. */
  const refused = async (request: Request, response: Response, person: SessionActor, language: Language, error: unknown) => {
    const { code } = refusalOf(error);
    if (code !== 'forbidden' && code !== 'illegal_transition' && code !== 'conflict') throw error;
    response
      .status(code === 'forbidden' ? 403 : 409)
      .send(await partnerPage(request, response, person, language, code === 'forbidden' ? undefined : 'changed'));
  };

  router.get(
    '/my/partners/:customerId/agreement',
    forPerson(parts, async (request, response, person, language) => {
      const { own } = await openOwnPartner(baseOf(response, parts), person.userId, customerIdOf(request));
      response.send(renderOwnAgreementPage({ language, person, own }));
    }),
  );
  router.post(
    '/my/partners/:customerId/agreement',
    form,
    forPerson(parts, async (request, response, person, language) => {
      const base = baseOf(response, parts);
      const customerId = customerIdOf(request);
      const agreementAccepted = ['on', 'yes', 'true'].includes(formOf(request).agreement ?? '');
      try {
        await acceptAgreementOnOwnPage(base, person.userId, { customerId, agreementAccepted });
        response.redirect(303, `${at(language, `/partners/${customerId}`)}&done=agreed`);
      } catch (error) {
        const { code, fields } = refusalOf(error);
        if (code !== 'validation_failed') return refused(request, response, person, language, error);
        const { own } = await openOwnPartner(base, person.userId, customerId);
        response.status(422).send(renderOwnAgreementPage({ language, person, own, errors: fields }));
      }
    }),
  );
}

function mountReceipts(router: IRouter, parts: OwnParts): void {
  const checkUrl = `${parts.publicUrl}/my/receipts/check`;
  router.get(
    '/my/partners/:customerId/receipts/:recordId',
    forPerson(parts, async (request, response, person, language) => {
      const where = { customerId: customerIdOf(request), recordId: String(request.params.recordId) };
      const { receipt } = await openReceipt(baseOf(response, parts), parts.codes, person.userId, where);
      const matchCode = receipt.request ? parts.links.matchCodeOf(receipt.request.invitationId) : undefined;
      const props = { language, receipt, matchCode, checkUrl };
      if (request.query.download === undefined) {
        const back = `/partners/${where.customerId}`;
        response.send(renderReceiptPage({ ...props, path: `${back}/receipts/${where.recordId}`, back }));
        return;
      }
      response.setHeader('content-disposition', `attachment; filename="receipt-${receipt.number.slice(-12)}.html"`);
      response.type('text/html').send(renderReceiptFile(props));
    }),
  );

  router.get('/my/receipts/check', async (request, response) => {
    const language = languageOf(request, null);
    const [number, code] = [request.query.number, request.query.code].map((value) =>
      typeof value === 'string' ? value.slice(0, 100) : '',
    );
    const typed = { number: number ?? '', code: code ?? '' };
    if (!typed.number && !typed.code) {
      response.send(renderCheckPage({ language, ...typed, receipt: undefined, checkUrl }));
      return;
    }
    if (!(await parts.guard.allow('receipt-check', addressOf(request)))) {
      response.status(429).send(renderErrorPage({ language, kind: 'too-many-requests' }));
      return;
    }
    const receipt = await checkReceipt(baseOf(response, parts), parts.codes, typed);
    response.status(receipt ? 200 : 404).send(renderCheckPage({ language, ...typed, receipt, checkUrl }));
  });
}
