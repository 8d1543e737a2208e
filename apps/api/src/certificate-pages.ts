import { openCertificate } from '@clientele/services';
import type { IRouter, NextFunction, Request, Response } from 'express';
import { type CustomerPageOptions, languageOf, protectPage, sendPageError } from './customer-pages.ts';
import { renderCertificatePage, renderLinkInvalidPage } from './pages/index.ts';

/** The page of an end's certificate, for both sides, to be read and printed. GET and HEAD change nothing. */
export function mountCertificatePages(router: IRouter, options: CustomerPageOptions): void {
  router.get('/e/:token', async (request, response) => {
    const certificate = await openCertificate(options, options.links, String(request.params.token));
    protectPage(response);
    response.send(renderCertificatePage({ ...certificate, language: languageOf(request, null), path: `/e/${request.params.token}` }));
  });
  router.use('/e', (error: unknown, request: Request, response: Response, _next: NextFunction) => {
    sendPageError(options, error, request, response);
  });
  router.get('/e', (request, response) => {
    response.status(404).send(renderLinkInvalidPage({ language: languageOf(request, null) }));
  });
}
