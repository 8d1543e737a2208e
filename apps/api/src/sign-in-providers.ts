import { singleSignOnPath } from '@clientele/contracts';
import { type SingleSignOnRefusal, singleSignOnMinutes } from '@clientele/domain';
import type { Logger } from '@clientele/runtime';
import { createEncryption, findSignInProvider, noteSingleSignOnRefused, signInByProvider, useSingleSignOn } from '@clientele/services';
import type { IRouter, Request, Response } from 'express';
import { baseOf, type MountOptions } from './mount.ts';
import { type OpenId, SingleSignOnFault } from './openid.ts';
import { isFromOtherSite } from './own-site.ts';
import { type Auth, addressOf, agentOf } from './session.ts';

/** What a browser keeps while its person is at the provider. Encrypted, so that nobody reads or changes it, and good for that provider as it was. */
interface Kept {
  provider: string;
  version: number;
  state: string;
  nonce: string;
  codeVerifier: string;
  to: string;
  until: number;
}

const cookieName = 'clientele-sso';
const callbackPath = '/api/sso/callback';
const isId = (text: unknown): text is string => typeof text === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
/** Only a path of this site; anything else would be a door to somewhere else. */
const pathOf = (to: unknown) => (typeof to === 'string' && /^\/(?![/\\])[^\s]{0,500}$/.test(to) ? to : '/');

/** The address that a provider leads back to. */
export const redirectUriOf = (publicUrl: string): string => `${publicUrl}${callbackPath}`;

/** What a provider's secret in the database is encrypted with. */
export const providerEncryption = (secret: string) => createEncryption(secret, 'sign-in providers');

/**
 * The two addresses of a single sign-on. To begin changes nothing: it only leads to the provider. What leads back signs in whoever began it in this very
 * browser, once; anybody and anything else comes to the sign-in page, which says why.
 */
export function mountSignInProviders(
  router: IRouter,
  options: MountOptions & { auth: Auth; openId: OpenId; logger: Logger; publicUrl: string },
): void {
  const { auth, guard, openId, logger, secret, publicUrl } = options;
  const secrets = providerEncryption(secret);
  const cookies = createEncryption(secret, 'single sign-on under way');
  // Anybody can begin one and let it fail: that must not fill a partner's activity log.
  const mayRecord = (request: Request) => guard.allow('sign-in-provider-record', addressOf(request));
  const cookieOptions = { httpOnly: true, sameSite: 'lax', secure: publicUrl.startsWith('https:'), path: '/api/sso' } as const;
  const redirectUri = redirectUriOf(publicUrl);

  router.get(singleSignOnPath, async (request, response) => {
    const to = pathOf(request.query.to);
    // Whoever is signed in at the provider is asked nothing there: a page of another site would sign its reader in without a word.
    if (isFromOtherSite(request)) return leave(response, 'link', to);
    const id = request.query.provider;
    const base = baseOf(response, options);
    const provider = isId(id) ? await findSignInProvider(base, secrets, id) : null;
    if (!provider) return leave(response, 'link', to);
    try {
      const { url, ...begun } = await openId.authorize(provider, redirectUri);
      const until = base.now.getTime() + singleSignOnMinutes * 60_000;
      const kept: Kept = { provider: provider.id, version: provider.version, ...begun, to, until };
      response.cookie(cookieName, cookies.encrypt(JSON.stringify(kept), cookieName), {
        ...cookieOptions,
        maxAge: singleSignOnMinutes * 60_000,
      });
      response.setHeader('cache-control', 'no-store');
      response.redirect(302, url.href);
    } catch (error) {
      if (!(error instanceof SingleSignOnFault)) throw error;
      logger.warn({ err: error.cause, signInProviderId: provider.id, requestId: base.requestId }, 'a single sign-on could not begin');
      leave(response, error.because, to);
    }
  });

  router.get(callbackPath, async (request, response) => {
    // Express answers HEAD as GET. This is the one address that a provider, and not a page of ours, leads to; but nobody comes by HEAD.
    if (request.method !== 'GET') return void response.status(405).setHeader('allow', 'GET').end();
    const base = baseOf(response, options);
    const kept = keptOf(request, cookies.decrypt);
    response.clearCookie(cookieName, cookieOptions);
    if (!kept || request.query.state !== kept.state || kept.until < base.now.getTime()) return leave(response, 'link', kept?.to ?? '/');
    const provider = await findSignInProvider(base, secrets, kept.provider);
    // One that was changed in the meantime is another one.
    if (!provider || provider.version !== kept.version) return leave(response, 'link', kept.to);
    if (!(await useSingleSignOn(base, kept.state))) {
      if (await mayRecord(request)) await noteSingleSignOnRefused(base, provider, 'link');
      return leave(response, 'link', kept.to);
    }
    try {
      const callback = new URL(redirectUri);
      callback.search = new URL(request.url, publicUrl).search;
      const identity = await openId.finish(provider, callback, kept, base.now);
      const answer = await signInByProvider(base, provider, identity);
      if ('refused' in answer) return leave(response, answer.refused, kept.to);
      const signedIn = await auth.api.signInByProvider({
        ...{ body: { userId: answer.userId, signInProviderId: provider.id }, headers: agentOf(request), returnHeaders: true },
      });
      response.setHeader('set-cookie', [
        ...[response.getHeader('set-cookie') ?? []].flat().map(String),
        ...signedIn.headers.getSetCookie(),
      ]);
      response.setHeader('cache-control', 'no-store');
      response.redirect(302, kept.to);
    } catch (error) {
      if (!(error instanceof SingleSignOnFault)) throw error;
      logger.warn({ err: error.cause, signInProviderId: provider.id, requestId: base.requestId }, 'a single sign-on has failed');
      if (await mayRecord(request)) await noteSingleSignOnRefused(base, provider, error.because);
      leave(response, error.because, kept.to);
    }
  });
}

/** Back to the sign-in page, which says why. */
function leave(response: Response, because: SingleSignOnRefusal, to: string): void {
  response.setHeader('cache-control', 'no-store');
  response.redirect(302, `/sign-in?${new URLSearchParams({ sso: because, ...(to === '/' ? {} : { to }) })}`);
}

function keptOf(request: Request, decrypt: (text: string, about: string) => string | null): Kept | null {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const [name = '', value = ''] = part.trim().split(/=(.*)/s);
    const text = name === cookieName ? decrypt(value, cookieName) : null;
    if (text !== null) return JSON.parse(text) as Kept;
  }
  return null;
}
