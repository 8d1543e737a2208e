import { Refusal } from '@clientele/domain';
import type { CloudHosts } from '@clientele/services';
import type { Express, Request, RequestHandler } from 'express';

/** What the app knows of its own address; asked of each request's app. */
interface OwnSite {
  origin: string;
  host: string;
  isSecure: boolean;
}

/** Tells the app where people reach it: each cloud at its host. */
export function setOwnSites(app: Express, hosts: CloudHosts): void {
  const siteOf = (publicUrl: string): OwnSite => {
    const { origin, host, protocol } = new URL(publicUrl);
    return { origin, host, isSecure: protocol === 'https:' };
  };
  const sites = new Map(hosts.served.map((cloud) => [cloud, siteOf(hosts.of(cloud).publicUrl)]));
  app.set('own site', (request: Request) => sites.get(hosts.cloudOf(request.get('host'))) as OwnSite);
}

export const ownSiteOf = (request: Request): OwnSite => (request.app.get('own site') as (request: Request) => OwnSite)(request);

/**
 * Whether a page of another site sends this. A browser says so in headers that no page can write: `Sec-Fetch-Site`, and `Origin` for everything
 * that changes something. The portal may be reached under several names (localhost, 127.0.0.1, behind a proxy): what counts is that the page came
 * from where the request goes to, or from the public address; that one by https only, where it has it. Programs send neither.
 */
export function isFromOtherSite(request: Request): boolean {
  const fetchSite = request.get('sec-fetch-site');
  if (fetchSite !== undefined && fetchSite !== 'same-origin' && fetchSite !== 'none') return true;
  const origin = request.get('origin');
  if (!origin) return false;
  const own = ownSiteOf(request);
  const host = URL.canParse(origin) ? new URL(origin).host : '';
  if (host === '') return true;
  return host === own.host ? own.isSecure && origin !== own.origin : host !== request.get('host');
}

const reads = (request: Request) => request.method === 'GET' || request.method === 'HEAD';

/** Lets nothing through that would change something for a page of another site. */
export const ownPagesOnly: RequestHandler = (request, _response, next) => {
  if (!reads(request) && isFromOtherSite(request)) throw new Refusal('forbidden', 'This request comes from a page of another site.');
  next();
};

/** What a form of any site can send without asking first. */
const ofForms = ['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain'];

/** The API takes no form: one more wall against other sites' pages, in browsers that say nothing of where a request comes from. A key is in no browser. */
export const noForms: RequestHandler = (request, _response, next) => {
  const type = (request.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (!reads(request) && ofForms.includes(type) && !/^Bearer\b/i.test(request.get('authorization') ?? ''))
    throw new Refusal('validation_failed', 'Send JSON, as application/json.', { fields: [{ path: 'Content-Type', rule: 'wrong_type' }] });
  next();
};
