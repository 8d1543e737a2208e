import { handOverRequest } from '@clientele/contracts';
import { lengths, Refusal, signInStepAt } from '@clientele/domain';
import { acceptPartnership, declinePartnership, openPartnershipRequest, type RequestReader, requestHandOver } from '@clientele/services';
import type { IRouter, NextFunction, Request, Response } from 'express';
import {
  type CustomerPageOptions,
  createObserver,
  languageOf,
  protectPage,
  requireOwnPage,
  sendPageError,
  tokenOf,
} from './customer-pages.ts';
import { type Form, readForm } from './forms.ts';
import { baseOf } from './mount.ts';
import { type PartnershipNotice, type PartnershipPageProps, renderLinkInvalidPage, renderPartnershipPage } from './pages/index.ts';
import { fieldErrors, refusalOf } from './problems.ts';
import { actorOf } from './session.ts';

type Options = CustomerPageOptions;

/**
 * The page by which an indirect reseller accepts a partnership. It goes by the partner's own session, which the portal's sign-in makes: the page leads there
 * and back. GET and HEAD change nothing; only a person's POST from this very page does (ADR 0039).
 */
export function mountPartnershipPages(router: IRouter, options: Options): void {
  const form = readForm({ limit: '32kb', fields: 20 });
  const observe = createObserver(options);
  router.get('/p/:token', async (request, response) => {
    response.send(await renderPage(options, request, response, await readerOf(options, request)));
    observe(baseOf(response, options), request, 'no');
  });
  router.post('/p/:token/seen', (request, response) => {
    requireOwnPage(request);
    response.status(204).end();
    if (request.get('origin')) observe(baseOf(response, options), request, 'moved');
  });
  router.post('/p/:token/accept', form, async (request, response) => {
    const reader = await readerOf(options, request);
    await answer(options, request, response, reader, async () => {
      // A session that is not complete is nobody's yet.
      if (reader && signInStepAt(reader, options.db.clock.now()) !== 'done')
        throw new Refusal('sign_in_required', 'Finish signing in first.');
      await acceptPartnership(baseOf(response, options), options.links, tokenOf(request), reader);
    });
    observe(baseOf(response, options), request, 'sent');
  });
  router.post('/p/:token/decline', form, async (request, response) => {
    await answer(options, request, response, await readerOf(options, request), async () => {
      const reason = valuesOf(request).reason?.trim() ?? '';
      if (reason.length > lengths.reason)
        throw new Refusal('validation_failed', 'Too long.', {
          fields: [{ path: 'reason', rule: 'too_long', params: { max: lengths.reason } }],
        });
      await declinePartnership(
        baseOf(response, options),
        options.links,
        { token: tokenOf(request), reason },
        await readerOf(options, request),
      );
    });
    observe(baseOf(response, options), request, 'sent');
  });
  router.post('/p/:token/hand-over', form, async (request, response) => {
    await answer(options, request, response, await readerOf(options, request), async () => {
      const { invitation } = await openPartnershipRequest(baseOf(response, options), options.links, tokenOf(request), null);
      if (!(await options.guard.allow('hand-over', invitation.id))) throw new Refusal('limit_reached', 'That was tried too often.');
      const parsed = handOverRequest.safeParse(valuesOf(request));
      if (!parsed.success)
        throw new Refusal('validation_failed', 'Some fields need your attention.', {
          fields: fieldErrors(parsed.error, valuesOf(request)),
        });
      const { adminName: name, adminEmail: email, adminNote: note } = parsed.data;
      await requestHandOver(baseOf(response, options), options.links, { token: tokenOf(request), name, email, note: note.trim() });
    });
    observe(baseOf(response, options), request, 'sent');
  });
  router.post('/p/:token/sign-out', async (request, response) => {
    requireOwnPage(request);
    const signedOut = await options.auth.api
      .signOut({ headers: new Headers({ cookie: request.headers.cookie ?? '' }), returnHeaders: true })
      .catch(() => null);
    if (signedOut) response.setHeader('set-cookie', signedOut.headers.getSetCookie());
    response.redirect(303, `/sign-in?to=${encodeURIComponent(pageOf(request))}`);
  });
  router.use('/p', (error: unknown, request: Request, response: Response, _next: NextFunction) => {
    sendPageError(options, error, request, response);
  });
  router.get('/p/:token/*splat', (request, response) => response.redirect(303, pageOf(request)));
  router.get('/p', (request, response) => {
    response.status(404).send(renderLinkInvalidPage({ language: languageOf(request, null) }));
  });
}

const valuesOf = (request: Request): Form => (request.body ?? {}) as Form;
const pageOf = (request: Request) =>
  `/p/${tokenOf(request)}${request.query.language === undefined ? '' : `?language=${languageOf(request, null)}`}`;

/** Whoever is signed in on this host, for a partner or as a customer's person. */
const readerOf = (options: Options, request: Request): Promise<RequestReader> => actorOf(request, options);

/** Does what was asked and shows what came of it; a refusal shows the page again, with what was typed. */
async function answer(
  options: Options,
  request: Request,
  response: Response,
  reader: RequestReader,
  act: () => Promise<void>,
): Promise<void> {
  const again = async (status: number, shown: Shown) =>
    void response.status(status).send(await renderPage(options, request, response, reader, shown));
  try {
    requireOwnPage(request);
    await act();
    response.redirect(303, pageOf(request));
  } catch (error) {
    const { code, fields } = refusalOf(error);
    const form = valuesOf(request);
    if (code === 'link_over') await again(409, { notice: 'changed-meanwhile' });
    else if (code === 'conflict') await again(409, { notice: 'already-partners' });
    else if (code === 'validation_failed') await again(422, { form, errors: fields });
    else if (code === 'illegal_transition') await again(409, { notice: 'hand-over-waits' });
    else if (code === 'limit_reached') await again(429, { form, notice: 'hand-over-limit' });
    else if (code === 'sign_in_required') await again(403, { notice: 'not-you' });
    else throw error;
  }
}

interface Shown {
  form?: Form;
  errors?: Refusal['fields'];
  notice?: PartnershipNotice;
}

async function renderPage(
  options: Options,
  request: Request,
  response: Response,
  reader: RequestReader,
  shown: Shown = {},
): Promise<string> {
  const open = await openPartnershipRequest(baseOf(response, options), options.links, tokenOf(request), reader);
  protectPage(response, { script: open.state === 'pending' });
  const { invitation, partner } = open;
  const { form } = shown;
  const at = open.handedOverAt ?? invitation.answeredAt;
  const isHalf = reader !== null && reader.partner !== null && signInStepAt(reader, options.db.clock.now()) !== 'done';
  const ownPath =
    open.answer === 'own-request' ? `/invitations/${invitation.id}` : open.partnershipId && `/partnerships/${open.partnershipId}`;
  const props: PartnershipPageProps = {
    language: languageOf(request, invitation.language),
    path: `/p/${tokenOf(request)}`,
    state: open.state,
    provider: {
      ...{ name: partner.name, country: partner.country, since: partner.createdAt },
      ...(partner.webSite ? { webSite: partner.webSite } : {}),
      ...{ contactName: open.author.name, contactEmail: open.author.email },
    },
    companyName: invitation.companyName,
    ...(invitation.recipientName ? { recipientName: invitation.recipientName } : {}),
    matchCode: open.matchCode,
    expiresAt: invitation.expiresAt,
    ...(at ? { answeredAt: at } : {}),
    // Who has not shown the second factor yet learns nothing of the organisation.
    answer: isHalf ? 'step' : open.answer,
    ...(reader
      ? { reader: { name: reader.name, ...(reader.partner ? { organization: reader.partner.name, type: reader.partner.type } : {}) } }
      : {}),
    ...(isHalf ? {} : { admins: open.admins, ...(ownPath ? { portalPath: ownPath } : {}) }),
    ...(open.activeSince && !isHalf ? { activeSince: open.activeSince } : {}),
    handOver: {
      ...open.handOver,
      ...(form?.adminName === undefined
        ? {}
        : { values: { adminName: form.adminName, adminEmail: form.adminEmail ?? '', adminNote: form.adminNote ?? '' } }),
    },
    errors: shown.errors ?? [],
    ...(form?.reason ? { declineReason: form.reason } : {}),
    ...(shown.notice ? { notice: shown.notice } : {}),
  };
  return renderPartnershipPage(props);
}
