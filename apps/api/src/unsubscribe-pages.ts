import { openUnsubscribe, subscribeAgain, unsubscribe } from '@clientele/services';
import type { IRouter, NextFunction, Request, Response } from 'express';
import { type CustomerPageOptions, languageOf, protectPage, requireOwnPage, sendPageError } from './customer-pages.ts';
import { readForm } from './forms.ts';
import { baseOf } from './mount.ts';
import { renderLinkInvalidPage, renderUnsubscribePage } from './pages/index.ts';

const tokenOf = (request: Request) => String(request.params.token ?? '');
const pageOf = (request: Request) =>
  `/u/${tokenOf(request)}${request.query.language === undefined ? '' : `?language=${languageOf(request, null)}`}`;

/**
 * The page behind the link by which a reader gets no more mails. GET and HEAD change nothing: scanners open every link. A POST does, of our
 * own form or, by RFC 8058, of the reader's mail program, which sends no cookie and has pressed nothing but its own button.
 */
export function mountUnsubscribePages(router: IRouter, options: CustomerPageOptions): void {
  const form = readForm({ limit: '4kb', fields: 10 });
  router.get('/u/:token', async (request, response) => {
    response.send(await renderPage(options, request, response));
  });
  router.post('/u/:token', form, async (request, response) => {
    requireOwnPage(request);
    await unsubscribe(baseOf(response, options), options.links, tokenOf(request));
    const isOneClick = (request.body as Record<string, unknown> | undefined)?.['List-Unsubscribe'] === 'One-Click';
    // A mail program does not follow: to it this is the answer.
    if (isOneClick) response.send(await renderPage(options, request, response));
    else response.redirect(303, pageOf(request));
  });
  router.post('/u/:token/again', form, async (request, response) => {
    requireOwnPage(request);
    await subscribeAgain(baseOf(response, options), options.links, tokenOf(request));
    response.redirect(303, pageOf(request));
  });
  router.use('/u', (error: unknown, request: Request, response: Response, _next: NextFunction) => {
    sendPageError(options, error, request, response);
  });
  router.get('/u/:token/*splat', (request, response) => response.redirect(303, pageOf(request)));
  router.get('/u', (request, response) => {
    response.status(404).send(renderLinkInvalidPage({ language: languageOf(request, null) }));
  });
}

async function renderPage(options: CustomerPageOptions, request: Request, response: Response): Promise<string> {
  const { language, ...open } = await openUnsubscribe(baseOf(response, options), options.links, tokenOf(request));
  protectPage(response);
  return renderUnsubscribePage({ ...open, language: languageOf(request, language), path: `/u/${tokenOf(request)}` });
}
