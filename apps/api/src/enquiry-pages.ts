import { enquiryForm } from '@clientele/contracts';
import { type FieldError, profileProducts, profileServices, Refusal } from '@clientele/domain';
import { confirmEnquiry, createFormMarks, openEnquiry, openPublishedProfile, otherPartnersPath, sendEnquiry } from '@clientele/services';
import type { IRouter, NextFunction, Request, Response } from 'express';
import { type CustomerPageOptions, languageOf, protectPage, requireOwnPage, sendPageError } from './customer-pages.ts';
import { type Form, readForm } from './forms.ts';
import { baseOf } from './mount.ts';
import {
  choiceField,
  type EnquiryNotice,
  type EnquiryValues,
  renderEnquiryForm,
  renderEnquiryPage,
  renderEnquirySent,
  renderLinkInvalidPage,
  trapName,
} from './pages/index.ts';
import { fieldErrors } from './problems.ts';
import { addressOf } from './session.ts';

type Options = CustomerPageOptions & { secret: string };

const profileIdOf = (request: Request) => String(request.params.profileId ?? '');
const tokenOf = (request: Request) => String(request.params.token ?? '');

/**
 * The form by which somebody writes to a partner that it has found, and the page of an enquiry: there its sender confirms it, and sees what becomes of it. GET
 * and HEAD change nothing; only a person's POST does.
 */
export function mountEnquiryPages(router: IRouter, options: Options): void {
  const marks = createFormMarks(options.secret);
  const { guard, links } = options;
  const form = readForm({ limit: '64kb', fields: 100 });

  async function renderForm(
    request: Request,
    response: Response,
    shown: { values?: EnquiryValues; errors?: FieldError[]; notice?: EnquiryNotice; mark?: string } = {},
  ): Promise<string> {
    const base = baseOf(response, options);
    const { partner, content, profileId } = await openPublishedProfile(base, profileIdOf(request));
    protectPage(response);
    return renderEnquiryForm({
      language: languageOf(request, null),
      profileId,
      partnerName: partner.name,
      offers: content,
      mark: shown.mark ?? marks.make(profileId, base.now),
      values: shown.values ?? { products: [], services: [] },
      errors: shown.errors ?? [],
      ...(shown.notice ? { notice: shown.notice } : {}),
    });
  }

  router.get('/find-a-partner/:profileId/enquiry', async (request, response) => {
    response.send(await renderForm(request, response));
  });

  router.post('/find-a-partner/:profileId/enquiry', form, async (request, response) => {
    requireOwnPage(request);
    const base = baseOf(response, options);
    const typed = (request.body ?? {}) as Form;
    const profileId = profileIdOf(request);
    const values = valuesOf(typed);
    const again = async (status: number, shown: { errors?: FieldError[]; notice?: EnquiryNotice; mark?: string }) =>
      void response.status(status).send(await renderForm(request, response, { values, ...shown }));

    // The one who is too quick keeps the mark: with a new one it would be too quick for ever.
    const mark = typed.mark ?? '';
    const judged = marks.judge(mark, profileId, base.now);
    if (judged !== 'good') return again(422, { notice: judged, ...(judged === 'too-quick' ? { mark } : {}) });
    if (typed[trapName]) return again(422, { notice: 'trap', mark });
    const parsed = enquiryForm.safeParse(bodyOf(values));
    if (!parsed.success) return again(422, { errors: fieldErrors(parsed.error, bodyOf(values)), mark });
    const { consent: _consent, ...enquiry } = parsed.data;
    if (!(await guard.allow('enquiry-by-address', addressOf(request)))) return again(429, { notice: 'too-many-here', mark });
    if (!(await guard.allow('enquiry-by-mailbox', enquiry.email.toLowerCase()))) return again(429, { notice: 'too-many-mails', mark });
    if (!(await guard.allow('enquiry-by-profile', profileId))) return again(429, { notice: 'too-many-now', mark });
    const language = languageOf(request, null);
    try {
      const { partnerName } = await sendEnquiry(base, profileId, { ...enquiry, language });
      protectPage(response);
      response.send(renderEnquirySent({ language, profileId, partnerName, email: enquiry.email }));
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'validation_failed') throw error;
      return again(422, { errors: error.fields, mark });
    }
  });

  router.get('/enquiry/:token', async (request, response) => {
    response.send(await renderState(request, response));
  });
  router.post('/enquiry/:token', form, async (request, response) => {
    requireOwnPage(request);
    const { leadId } = await confirmEnquiry(baseOf(response, options), links, tokenOf(request));
    response.redirect(303, `${new URL(links.enquiry.linkOf(leadId)).pathname}?language=${languageOf(request, null)}`);
  });

  async function renderState(request: Request, response: Response): Promise<string> {
    const enquiry = await openEnquiry(baseOf(response, options), links, tokenOf(request));
    protectPage(response);
    return renderEnquiryPage({
      language: languageOf(request, enquiry.language),
      path: `/enquiry/${tokenOf(request)}`,
      othersPath: otherPartnersPath(enquiry),
      enquiry,
    });
  }

  // What goes wrong with the form is told as "find a partner" tells it.
  router.use('/enquiry', (error: unknown, request: Request, response: Response, _next: NextFunction) => {
    sendPageError(options, error, request, response);
  });
  router.get('/enquiry/:token/*splat', (request, response) => response.redirect(303, `/enquiry/${tokenOf(request)}`));
  router.get('/enquiry', (request, response) => {
    response.status(404).send(renderLinkInvalidPage({ language: languageOf(request, null) }));
  });
}

const fields = [
  'companyName',
  'country',
  'companySize',
  'firstName',
  'lastName',
  'email',
  'phone',
  'message',
  'urgent',
  'consent',
] as const;

function valuesOf(typed: Form): EnquiryValues {
  const ticked = (field: 'product' | 'service', choices: readonly { id: string }[]) =>
    choices.flatMap(({ id }) => (typed[choiceField(field, id)] === 'yes' ? [id] : []));
  return {
    ...Object.fromEntries(fields.map((name) => [name, String(typed[name] ?? '')])),
    products: ticked('product', profileProducts),
    services: ticked('service', profileServices),
  };
}

/** As the contract takes it. A browser ends lines as mails do. */
function bodyOf({ urgent, consent, message = '', ...values }: EnquiryValues) {
  return { ...values, message: message.replace(/\r\n?/g, '\n'), urgent: urgent === 'yes', consent: consent === 'yes' ? true : undefined };
}
