import { normalizeDomain } from './names.ts';
import type { FieldError } from './refusals.ts';

/** The clocks of a provider and ours may differ by so much, and no more. */
export const clockSkewSeconds = 300;

/** So long a person may take at the provider, from leaving the sign-in page until coming back. */
export const singleSignOnMinutes = 10;

/** So many mail domains a provider may answer for. */
export const mostSignInDomains = 20;

/**
 * Why a single sign-on did not let somebody in. `link`: it was not begun here, not in this browser, too long ago, or has been used; `provider`: the provider
 * said no; `unreachable`: it gave no answer; `token`: what it said of the person does not hold; `unverified`: it does not vouch for the mail address; `unknown`:
 * nobody of the partner has that address; `identity`: the person came by another identity before.
 */
export const singleSignOnRefusals = [
  'link',
  'provider',
  'unreachable',
  'token',
  'unverified',
  'unknown',
  'identity',
  'deactivated',
] as const;
export type SingleSignOnRefusal = (typeof singleSignOnRefusals)[number];

/** Whom a provider has sent, against whom we know. */
export interface SingleSignOnCase {
  /** The partner user that this identity is linked with. */
  linked: { id: string; isDeactivated: boolean } | null;
  /** The partner user of the same partner who has the address that the provider tells. */
  named: { id: string; isDeactivated: boolean; hasOtherIdentity: boolean } | null;
  /** Whether the provider vouches for the address. */
  isVerified: boolean;
}

/**
 * Who is signed in. An identity that is linked counts, whatever its address is by now; a new one is linked by an address that the provider vouches for, with
 * a person who is here already. Nobody comes to be by signing in.
 */
export function decideSingleSignOn({
  linked,
  named,
  isVerified,
}: SingleSignOnCase): { userId: string; isNew: boolean } | { refused: SingleSignOnRefusal; userId?: string } {
  const person = linked ?? named;
  if (!linked && !isVerified) return { refused: 'unverified' };
  if (!person) return { refused: 'unknown' };
  if (person.isDeactivated) return { refused: 'deactivated', userId: person.id };
  if (!linked && named?.hasOtherIdentity) return { refused: 'identity', userId: person.id };
  return { userId: person.id, isNew: !linked };
}

/** What somebody sets of a provider. */
export interface SignInProviderInput {
  issuer: string;
  clientId: string;
  domains: readonly string[];
  passwordAllowed: boolean;
}

/** Mail domains as they are compared: small letters, ASCII, each once. */
export const orderedDomains = (domains: readonly string[]): string[] => [
  ...new Set(domains.map((domain) => normalizeDomain(domain) ?? domain.trim().toLowerCase())),
];

/** An issuer as it is kept: without a slash at the end of a bare host, as providers write themselves. */
export const normalIssuer = (issuer: string): string => issuer.trim().replace(/^([a-z]+:\/\/[^/]+)\/$/i, '$1');

/** The rules that a provider breaks. `isProven`: whoever sets it has come by this very provider. */
export function checkSignInProvider(
  input: SignInProviderInput,
  { isProven, mayBePrivate }: { isProven: boolean; mayBePrivate: boolean },
): FieldError[] {
  const errors = checkIssuer(input.issuer, mayBePrivate);
  for (const [index, domain] of input.domains.entries())
    if (normalizeDomain(domain) === null) errors.push({ path: `domains.${index}`, rule: 'domain' });
  if (!input.passwordAllowed && !isProven) errors.push({ path: 'passwordAllowed', rule: 'provider_unproven' });
  return errors;
}

/** The rule that an issuer's address breaks, if any. */
export function checkIssuer(issuer: string, mayBePrivate: boolean): FieldError[] {
  const rule = issuerRule(issuer, mayBePrivate);
  return rule ? [{ path: 'issuer', rule }] : [];
}

function issuerRule(issuer: string, mayBePrivate: boolean): 'url' | 'https' | null {
  let url: URL;
  try {
    url = new URL(issuer);
  } catch {
    return 'url';
  }
  if (url.search || url.hash || url.username || url.password || !['https:', 'http:'].includes(url.protocol)) return 'url';
  return url.protocol === 'https:' || mayBePrivate ? null : 'https';
}

/** What is looked at when a provider's own description is tested, in this order. */
export const providerChecks = [
  'address',
  'description',
  'issuer',
  'authorization_endpoint',
  'token_endpoint',
  'jwks_uri',
  'response_types_supported',
  'code_challenge_methods_supported',
  'id_token_signing_alg_values_supported',
  'token_endpoint_auth_methods_supported',
  'scopes_supported',
] as const;
export type ProviderCheckName = (typeof providerChecks)[number];

/** `warning`: it can work, but a person should know. `because` is the key of a sentence; `given` what stands there. */
export interface ProviderCheck {
  name: ProviderCheckName;
  state: 'ok' | 'warning' | 'wrong';
  because?: string;
  given?: string;
}

const algorithms = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'];

/** Looks through what a provider says of itself (OpenID Connect Discovery), field by field. Its keys and its address are looked at by who has fetched it. */
export function checkDiscovery(document: Record<string, unknown>, issuer: string, mayBePrivate: boolean): ProviderCheck[] {
  const texts = (name: string) => (Array.isArray(document[name]) ? (document[name] as unknown[]).map(String) : null);
  const endpoint = (name: 'authorization_endpoint' | 'token_endpoint'): ProviderCheck => {
    const given = document[name];
    if (typeof given !== 'string') return { name, state: 'wrong', because: 'missing' };
    const rule = URL.canParse(given) ? new URL(given).protocol : null;
    if (rule !== 'https:' && !(rule === 'http:' && mayBePrivate)) return { name, state: 'wrong', because: 'not_https', given };
    return { name, state: 'ok', given };
  };
  const among = (
    name: ProviderCheckName,
    good: readonly string[],
    { missing, otherwise }: { missing: ProviderCheck['state']; otherwise: ProviderCheck['state'] },
  ): ProviderCheck => {
    const given = texts(name);
    if (!given) return missing === 'ok' ? { name, state: 'ok' } : { name, state: missing, because: 'not_said' };
    const found = given.filter((one) => good.includes(one));
    return found.length > 0
      ? { name, state: 'ok', given: found.join(', ') }
      : { name, state: otherwise, because: 'not_offered', given: given.join(', ') };
  };
  const said = document.issuer;
  return [
    typeof said !== 'string'
      ? { name: 'issuer', state: 'wrong', because: 'missing' }
      : normalIssuer(said) === normalIssuer(issuer)
        ? { name: 'issuer', state: 'ok', given: said }
        : { name: 'issuer', state: 'wrong', because: 'other_issuer', given: said },
    endpoint('authorization_endpoint'),
    endpoint('token_endpoint'),
    among('response_types_supported', ['code'], { missing: 'wrong', otherwise: 'wrong' }),
    among('code_challenge_methods_supported', ['S256'], { missing: 'warning', otherwise: 'warning' }),
    among('id_token_signing_alg_values_supported', algorithms, { missing: 'wrong', otherwise: 'wrong' }),
    // Without the field it is client_secret_basic.
    among('token_endpoint_auth_methods_supported', ['client_secret_basic', 'client_secret_post'], { missing: 'ok', otherwise: 'wrong' }),
    among('scopes_supported', ['email'], { missing: 'warning', otherwise: 'warning' }),
  ];
}
