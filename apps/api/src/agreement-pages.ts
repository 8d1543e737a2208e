import { agreementAnswer } from '@clientele/contracts';
import type { FieldError } from '@clientele/domain';
import { acceptAgreement, openAgreementRequest } from '@clientele/services';
import type { IRouter, NextFunction, Request, Response } from 'express';
import { type CustomerPageOptions, languageOf, protectPage, requireOwnPage, sendPageError } from './customer-pages.ts';
import { type Form, readForm } from './forms.ts';
import { baseOf } from './mount.ts';
import { renderAgreementPage, renderLinkInvalidPage } from './pages/index.ts';
import { fieldErrors, refusalOf } from './problems.ts';

interface Shown {
  form?: Form;
  errors?: FieldError[];
  changed?: boolean;
}

const tokenOf = (request: Request) => String(request.params.token ?? '');
const pageOf = (request: Request) =>
  `/a/${tokenOf(request)}${request.query.language === undefined ? '' : `?language=${languageOf(request, null)}`}`;

/** The customer's page to accept the customer agreement. GET and HEAD change nothing; only a person's POST does. */
export function mountAgreementPages(router: IRouter, options: CustomerPageOptions): void {
  const form = readForm({ limit: '32kb', fields: 50 });
  router.get('/a/:token', async (request, response) => {
    response.send(await renderPage(options, request, response));
  });
  router.post('/a/:token/accept', form, async (request, response) => {
    const values = (request.body ?? {}) as Form;
    try {
      requireOwnPage(request);
      const parsed = agreementAnswer.safeParse(values);
      const agreed = values.agreement === 'on' || values.agreement === 'yes' || values.agreement === 'true';
      const errors: FieldError[] = parsed.success ? [] : fieldErrors(parsed.error, values);
      if (!agreed) errors.push({ path: 'agreement', rule: 'required' });
      if (!parsed.success || errors.length > 0) {
        response.status(422).send(await renderPage(options, request, response, { form: values, errors }));
        return;
      }
      await acceptAgreement(baseOf(response, options), options.links, { ...parsed.data, token: tokenOf(request), agreementAccepted: true });
      response.redirect(303, pageOf(request));
    } catch (error) {
      if (refusalOf(error).code !== 'link_over') throw error;
      response.status(409).send(await renderPage(options, request, response, { changed: true }));
    }
  });
  router.use('/a', (error: unknown, request: Request, response: Response, _next: NextFunction) => {
    sendPageError(options, error, request, response);
  });
  router.get('/a/:token/*splat', (request, response) => response.redirect(303, pageOf(request)));
  router.get('/a', (request, response) => {
    response.status(404).send(renderLinkInvalidPage({ language: languageOf(request, null) }));
  });
}

async function renderPage(options: CustomerPageOptions, request: Request, response: Response, shown: Shown = {}): Promise<string> {
  const open = await openAgreementRequest(baseOf(response, options), options.links, tokenOf(request));
  protectPage(response);
  const { request: asked, partner, author, acceptedBy } = open;
  return renderAgreementPage({
    language: languageOf(request, asked.language),
    path: `/a/${tokenOf(request)}`,
    state: open.state,
    isAccepted: open.isAccepted,
    partner: { name: partner.name, contactName: author.name, contactEmail: author.email },
    companyName: open.companyName,
    recipientName: asked.recipientName,
    expiresAt: asked.expiresAt,
    ...(asked.answeredAt ? { answeredAt: asked.answeredAt } : {}),
    ...(acceptedBy ? { acceptedBy: `${acceptedBy.firstName} ${acceptedBy.lastName}` } : {}),
    ...(shown.form
      ? { form: { firstName: shown.form.firstName, lastName: shown.form.lastName, agreement: shown.form.agreement !== undefined } }
      : {}),
    errors: shown.errors ?? [],
    ...(shown.changed ? { changed: true } : {}),
  });
}
