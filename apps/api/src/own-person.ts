import { type Language, Refusal } from '@clientele/domain';
import type { CheckCodes, SessionActor, SignInLinks } from '@clientele/services';
import { listOwnPartners } from '@clientele/services';
import type { Request, Response } from 'express';
import { languageOf } from './customer-pages.ts';
import type { Form } from './forms.ts';
import { baseOf } from './mount.ts';
import type { OwnPageOptions } from './own-pages.ts';
import { at, renderPartnersPage } from './pages/index.ts';
import { refusalOf } from './problems.ts';
import { actorOf } from './session.ts';

/** What the customer's own pages work with. */
export interface OwnParts extends OwnPageOptions {
  signInLinks: SignInLinks;
  codes: CheckCodes;
}

/** What was typed into a form. */
export const formOf = (request: Request): Form => (request.body ?? {}) as Form;

/** Runs a page for a customer's person; everybody else is led to the sign-in, and comes back afterwards. */
export function forPerson(
  parts: OwnParts,
  answer: (request: Request, response: Response, person: SessionActor, language: Language) => Promise<unknown>,
) {
  return async (request: Request, response: Response): Promise<void> => {
    const actor = await actorOf(request, parts);
    if (!actor || actor.partner) {
      const language = languageOf(request, null);
      const to = request.method === 'GET' && request.path !== '/my' ? `&to=${encodeURIComponent(request.path)}` : '';
      response.redirect(303, `${at(language, '/sign-in')}${actor ? '' : to}`);
      return;
    }
    const language = languageOf(request, actor.language);
    try {
      await answer(request, response, actor, language);
    } catch (error) {
      if (refusalOf(error).code !== 'not_found') throw error;
      // Of somebody else, or of nobody: the same.
      const partners = await listOwnPartners(baseOf(response, parts), actor.userId);
      response
        .status(404)
        .send(
          renderPartnersPage({ language, person: actor, partners, certificateLink: parts.links.certificate.linkOf, notice: 'notFound' }),
        );
    }
  };
}

/** The customer in the address. Throws `not_found` for what cannot be one. */
export const customerIdOf = (request: Request): string => {
  const id = String(request.params.customerId);
  if (!/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(id)) throw new Refusal('not_found', 'There is no such partner.');
  return id;
};
