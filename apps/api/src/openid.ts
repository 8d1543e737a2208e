import {
  checkDiscovery,
  clockSkewSeconds,
  type ProviderCheck,
  type ProviderCheckName,
  providerChecks,
  type SingleSignOnRefusal,
} from '@clientele/domain';
import { createOutgoingFetch, OutgoingRequestError, type ProvidedIdentity, type ReadySignInProvider } from '@clientele/services';
import * as client from 'openid-client';

/** What a single sign-on is begun with, and must come back with. */
export interface BegunSignOn {
  state: string;
  nonce: string;
  codeVerifier: string;
}

/** Why a provider's answer does not sign anybody in; `cause` is for the log. */
export class SingleSignOnFault extends Error {
  constructor(
    readonly because: SingleSignOnRefusal,
    options: { cause: unknown },
  ) {
    super(because, options);
    this.name = 'SingleSignOnFault';
  }
}

/** So long a provider's description is believed; what has changed there, such as keys, is fetched again by the library when it does not fit. */
const freshMs = 10 * 60_000;
const mostKept = 200;

/** OpenID Connect, as far as we speak it: the authorization code flow with PKCE, state and nonce. */
export function createOpenId({ allowPrivate }: { allowPrivate: boolean }) {
  const fetchOutside = createOutgoingFetch({ allowPrivate });
  const customFetch: client.CustomFetch = (url, { method, headers, body }) =>
    fetchOutside(url, { method, headers, body: body as string | URLSearchParams | null | undefined });
  const known = new Map<string, { at: number; configuration: Promise<client.Configuration> }>();

  function configurationOf({ id, version, issuer, clientId, clientSecret }: ReadySignInProvider): Promise<client.Configuration> {
    const key = `${id} ${version}`;
    const kept = known.get(key);
    if (kept && Date.now() - kept.at < freshMs) return kept.configuration;
    const [basic, post] = [client.ClientSecretBasic(clientSecret), client.ClientSecretPost(clientSecret)];
    const authenticate: client.ClientAuth = (server, ...more) => {
      const methods = server.token_endpoint_auth_methods_supported;
      (methods && !methods.includes('client_secret_basic') ? post : basic)(server, ...more);
    };
    const configuration = client.discovery(new URL(issuer), clientId, { [client.clockTolerance]: clockSkewSeconds }, authenticate, {
      [client.customFetch]: customFetch,
      // That it came from the provider is proven by its signature, too, and not by the connection alone.
      execute: [client.enableNonRepudiationChecks, ...(allowPrivate ? [client.allowInsecureRequests] : [])],
    });
    if (known.size >= mostKept) known.clear();
    known.set(key, { at: Date.now(), configuration });
    configuration.catch(() => known.delete(key));
    return configuration;
  }

  return {
    /** Where the browser goes, and what must come back. Throws `SingleSignOnFault` when the provider cannot be reached. */
    async authorize(provider: ReadySignInProvider, redirectUri: string): Promise<BegunSignOn & { url: URL }> {
      const begun = { state: client.randomState(), nonce: client.randomNonce(), codeVerifier: client.randomPKCECodeVerifier() };
      try {
        const url = client.buildAuthorizationUrl(await configurationOf(provider), {
          ...{ redirect_uri: redirectUri, scope: 'openid email', state: begun.state, nonce: begun.nonce },
          ...{ code_challenge: await client.calculatePKCECodeChallenge(begun.codeVerifier), code_challenge_method: 'S256' },
        });
        return { ...begun, url };
      } catch (cause) {
        throw faultOf(cause);
      }
    },
    /** Who has come back. Throws `SingleSignOnFault`. */
    async finish(provider: ReadySignInProvider, callback: URL, begun: BegunSignOn, now: Date): Promise<ProvidedIdentity> {
      try {
        const configuration = await configurationOf(provider);
        const tokens = await client.authorizationCodeGrant(configuration, callback, {
          ...{ pkceCodeVerifier: begun.codeVerifier, expectedState: begun.state, expectedNonce: begun.nonce, idTokenExpected: true },
        });
        const claims = tokens.claims();
        if (!claims) throw new SingleSignOnFault('token', { cause: 'there is no id token' });
        if (claims.iat > now.getTime() / 1000 + clockSkewSeconds) throw new SingleSignOnFault('token', { cause: 'it is of the future' });
        const told = identityOf(claims);
        if (told.email !== null && told.isVerified) return told;
        // Many say the address only when asked for it.
        if (!configuration.serverMetadata().userinfo_endpoint) return told;
        return identityOf({ ...claims, ...(await client.fetchUserInfo(configuration, tokens.access_token, claims.sub)) });
      } catch (cause) {
        throw faultOf(cause);
      }
    },
    /** Fetches what a provider says of itself, and looks through it. */
    async check(issuer: string): Promise<ProviderCheck[]> {
      const found: ProviderCheck[] = [];
      const sorted = () => found.sort((one, other) => providerChecks.indexOf(one.name) - providerChecks.indexOf(other.name));
      const url = new URL(issuer);
      url.pathname = `${url.pathname.replace(/\/$/, '')}/.well-known/openid-configuration`;
      const document = await fetchJson(fetchOutside, url, 'description', found);
      if (!document) return sorted();
      found.push(...checkDiscovery(document, issuer, allowPrivate));
      if (typeof document.jwks_uri !== 'string' || !URL.canParse(document.jwks_uri)) {
        found.push({ name: 'jwks_uri', state: 'wrong', because: 'missing' });
        return sorted();
      }
      const keys: ProviderCheck[] = [];
      const set = await fetchJson(fetchOutside, new URL(document.jwks_uri), 'jwks_uri', keys);
      const count = Array.isArray(set?.keys) ? set.keys.length : 0;
      if (set && count === 0) keys.push({ name: 'jwks_uri', state: 'wrong', because: 'no_keys' });
      const wrong = keys.find(({ state }) => state === 'wrong');
      found.push(
        wrong ? { ...wrong, name: 'jwks_uri', given: document.jwks_uri } : { name: 'jwks_uri', state: 'ok', given: document.jwks_uri },
      );
      return sorted();
    },
  };
}
export type OpenId = ReturnType<typeof createOpenId>;

function identityOf(claims: Record<string, unknown> & { sub: string }): ProvidedIdentity {
  const email = typeof claims.email === 'string' ? claims.email : null;
  // Some write it as a text.
  return { subject: claims.sub, email, isVerified: email !== null && (claims.email_verified === true || claims.email_verified === 'true') };
}

/** The JSON at an address; what is wrong with the address itself, or with the answer, is added to `found`. */
async function fetchJson(
  fetchOutside: ReturnType<typeof createOutgoingFetch>,
  url: URL,
  name: ProviderCheckName,
  found: ProviderCheck[],
): Promise<Record<string, unknown> | null> {
  let answer: Response;
  try {
    answer = await fetchOutside(url, { headers: { accept: 'application/json' } });
  } catch (error) {
    const because = error instanceof OutgoingRequestError ? error.fault : 'unreachable';
    found.push({ name: 'address', state: 'wrong', because, given: url.origin });
    return null;
  }
  found.push({ name: 'address', state: 'ok', given: url.origin });
  if (answer.status !== 200) {
    found.push({ name, state: 'wrong', because: 'status', given: String(answer.status) });
    return null;
  }
  const text = await answer.text();
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      found.push({ name, state: 'ok', given: url.href });
      return value as Record<string, unknown>;
    }
  } catch {
    // It is no JSON: said below.
  }
  found.push({ name, state: 'wrong', because: 'not_json' });
  return null;
}

function faultOf(error: unknown): SingleSignOnFault {
  if (error instanceof SingleSignOnFault) return error;
  // The provider has said no: to the person (access_denied …), or to us (invalid_client, invalid_grant …).
  if (
    error instanceof client.AuthorizationResponseError ||
    error instanceof client.ResponseBodyError ||
    error instanceof client.WWWAuthenticateChallengeError
  )
    return new SingleSignOnFault('provider', { cause: error });
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause)
    if (cause instanceof OutgoingRequestError) return new SingleSignOnFault('unreachable', { cause: error });
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (
    code === 'OAUTH_TIMEOUT' ||
    code === 'OAUTH_RESPONSE_IS_NOT_CONFORM' ||
    code === 'OAUTH_PARSE_ERROR' ||
    code === 'OAUTH_RESPONSE_IS_NOT_JSON'
  )
    return new SingleSignOnFault('unreachable', { cause: error });
  return new SingleSignOnFault('token', { cause: error });
}
