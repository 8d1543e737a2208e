import { firstLetters, offers, type ProfileChoice, profileChoiceFields, profileChoices, Refusal, rulesOf } from '@clientele/domain';
import {
  demand,
  findPartners,
  getBusinessProfile,
  listProfileCountries,
  listSitemapPart,
  listSitemapParts,
  openPublishedLogo,
  openPublishedProfile,
  type PartnerFilters,
} from '@clientele/services';
import type { IRouter, NextFunction, Request, Response } from 'express';
import { type CustomerPageOptions, errorKindOf, languageOf } from './customer-pages.ts';
import { contextOf } from './mount.ts';
import {
  findPath,
  queryOf,
  renderErrorPage,
  renderFindOffPage,
  renderFindPage,
  renderProfileGonePage,
  renderProfilePage,
} from './pages/index.ts';
import { problemOf, refusalOf } from './problems.ts';
import { pictureHeaders } from './profile-logos.ts';
import { addressOf } from './session.ts';

export type FindAPartnerOptions = CustomerPageOptions & { publicUrl: string };

/** So many partners stand on one page. */
const perPage = 20;
/** What is longer finds nothing that its beginning does not find. */
const longest = 100;

const valuesOf = (request: Request, name: string): string[] =>
  [(request.query as Record<string, string | string[] | undefined>)[name] ?? []]
    .flat()
    .filter((value) => typeof value === 'string')
    // What cannot be typed, nor be looked for.
    .map((value) => firstLetters(value.replace(/[\p{Cc}\ud800-\udfff]/gu, ' ').trim(), longest))
    .filter((value) => value !== '');

/** What an address asks for. What is none of our filters is left out, and said to be. */
function filtersOf(request: Request): { filters: PartnerFilters; hasUnknown: boolean } {
  let hasUnknown = false;
  const keep = (isKnown: boolean) => {
    hasUnknown ||= !isKnown;
    return isKnown;
  };
  const [[search], [place]] = [valuesOf(request, 'search'), valuesOf(request, 'place')];
  const [country] = valuesOf(request, 'country').filter((code) => keep(rulesOf(code) !== undefined));
  const filters: PartnerFilters = { search, country, place };
  for (const field of profileChoiceFields) {
    const known: readonly ProfileChoice[] = profileChoices[field];
    const chosen = [...new Set(valuesOf(request, field))].filter((id) => keep(known.some((choice) => choice.id === id)));
    if (chosen.length > 0) filters[field] = chosen;
  }
  return { filters, hasUnknown };
}

/**
 * "Find a partner": for anybody, signed in or not. GET changes nothing. A browser asks again each time, so that what a partner takes off is off; an enquiry
 * (`/find-a-partner/<id>/enquiry`) has routes of its own.
 */
export function mountFindAPartnerPages(router: IRouter, options: FindAPartnerOptions): void {
  const { cloud, db, guard, publicUrl } = options;
  const base = { db, cloud };
  const isOffered = offers(cloud, 'find-a-partner');
  let kept: { until: number; countries: Promise<string[]> } | undefined;
  /** The choice of countries may be half a minute old: it hardly ever changes, and stands on every page. */
  const countriesNow = () => {
    if (!kept || performance.now() > kept.until) {
      kept = { until: performance.now() + 30_000, countries: listProfileCountries(base) };
      kept.countries.catch(() => {
        kept = undefined;
      });
    }
    return kept.countries;
  };
  const send = (request: Request, response: Response, page: string) => {
    response.set({ 'cache-control': 'no-cache', vary: 'accept-language', 'content-language': languageOf(request, null) });
    response.send(page);
  };

  router.get(findPath, async (request, response) => {
    const language = languageOf(request, null);
    const { filters, hasUnknown } = filtersOf(request);
    const after = valuesOfCursor(request);
    const [found, countries] = await Promise.all([
      findPartners(base, { ...filters, after, limit: perPage }).catch((error: unknown) => {
        // A place in a list that was never one of ours: the list begins anew.
        if (error instanceof Refusal && error.code === 'validation_failed') return null;
        throw error;
      }),
      countriesNow(),
    ]);
    if (!found) return response.redirect(303, `${findPath}${queryOf(filters, { language })}`);
    send(request, response, renderFindPage({ language, publicUrl, filters, found, countries, hasUnknown, isFirst: after === undefined }));
  });

  router.get(`${findPath}/sitemap.xml`, async (request, response) => {
    const { after } = request.query as { after?: string };
    const entries = (await listSitemapPart(base, typeof after === 'string' && after !== '' ? after : null)).map(
      ({ profileId, publishedAt }) =>
        `<url><loc>${publicUrl}${findPath}/${profileId}</loc><lastmod>${publishedAt.toISOString().slice(0, 10)}</lastmod></url>`,
    );
    const first = after ? [] : [`<url><loc>${publicUrl}${findPath}</loc></url>`];
    response.set('cache-control', 'public, max-age=3600');
    response
      .type('xml')
      .send(
        `<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n${[...first, ...entries].join('\n')}\n</urlset>\n`,
      );
  });
  router.get('/sitemap.xml', async (_request, response) => {
    const parts = isOffered ? await listSitemapParts(base) : [];
    response.set('cache-control', 'public, max-age=3600');
    response
      .type('xml')
      .send(
        `<?xml version="1.0" encoding="UTF-8"?>\n<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n${parts
          .map((after) => `<sitemap><loc>${publicUrl}${findPath}/sitemap.xml${after ? `?after=${after}` : ''}</loc></sitemap>`)
          .join('\n')}\n</sitemapindex>\n`,
      );
  });
  // Everything else is behind a sign-in or a link in a mail.
  router.get('/robots.txt', (_request, response) => {
    const open = isOffered ? [`Allow: ${findPath}`, 'Allow: /partner-logos/', 'Allow: /pages/', 'Allow: /favicon.svg'] : [];
    const lines = ['User-agent: *', ...open, ...(isOffered ? [`Disallow: ${findPath}/*/enquiry`] : []), 'Disallow: /'];
    response.set({ 'cache-control': 'public, max-age=3600', 'content-type': 'text/plain; charset=utf-8' });
    response.end(`${lines.join('\n')}\n${isOffered ? `\nSitemap: ${publicUrl}/sitemap.xml\n` : ''}`);
  });

  // The draft, to its own people, by the same page that customers will see.
  router.get(`${findPath}/preview/:profileId`, async (request, response) => {
    const language = languageOf(request, null);
    const { ctx } = await contextOf(request, response, options).catch((error: unknown) => {
      if (error instanceof Refusal && ['unauthenticated', 'second_factor_required'].includes(error.code)) return { ctx: null };
      throw error;
    });
    if (!ctx) return response.redirect(303, `/sign-in?to=${encodeURIComponent('/business-profile')}`);
    demand(ctx, 'business-profiles.see');
    const { id, country, draft, changedAt } = await getBusinessProfile(ctx, String(request.params.profileId));
    const partner = { name: ctx.partner.name, since: null };
    const profile = { profileId: id, country, content: draft, publishedAt: changedAt, partner };
    response.set({ 'cache-control': 'private, no-store' });
    response.send(renderProfilePage({ language, publicUrl, profile, isPreview: true }));
  });

  router.get(`${findPath}/:profileId`, async (request, response) => {
    const profile = await openPublishedProfile(base, String(request.params.profileId));
    send(request, response, renderProfilePage({ language: languageOf(request, null), publicUrl, profile }));
  });

  router.get('/partner-logos/:hash', async (request, response) => {
    await guard.demand('partner-logo', addressOf(request));
    const { mediaType, bytes } = await openPublishedLogo(base, String(request.params.hash));
    response.set({ ...pictureHeaders, 'content-type': mediaType, 'cache-control': 'public, max-age=31536000, immutable' });
    response.end(bytes);
  });

  router.use(findPath, (error: unknown, request: Request, response: Response, _next: NextFunction) => {
    const problem = refusalOf(error);
    const language = languageOf(request, null);
    if (problem.code === 'internal')
      options.logger.error({ err: error, requestId: response.locals.requestId }, 'unexpected error on a page of find a partner');
    if (problem.code === 'feature_off') response.status(404).send(renderFindOffPage(language));
    else if (problem.code === 'not_found') response.status(404).send(renderProfileGonePage(language));
    else response.status(problemOf(problem, '').status).send(renderErrorPage({ language, kind: errorKindOf(problem.code) }));
  });
}

/** The place in the list that a page begins at. */
function valuesOfCursor(request: Request): string | undefined {
  const { after } = request.query as { after?: string | string[] };
  return typeof after === 'string' && after !== '' ? after.slice(0, 1000) : undefined;
}
