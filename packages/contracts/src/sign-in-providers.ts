import { mostSignInDomains, providerChecks } from '@clientele/domain';
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { allowed, domain, email, id, line, nothing, nullableMoment } from './fields.ts';

const tag = 'Single sign-on';
const issuer = z.string().trim().min(1).max(500);

/** The partner's own identity provider; never its secret. `id` is null, and `version` 0, while there is none. */
export const signInProvider = z.object({
  id: id.nullable(),
  issuer: z.string(),
  clientId: z.string(),
  domains: z.array(z.string()),
  /** Whether others than global admins may still sign in with a password. */
  passwordAllowed: z.boolean(),
  version: z.int(),
  changedBy: z.string().nullable(),
  changedAt: nullableMoment,
  /** To the minute. */
  lastUsedAt: nullableMoment,
  /** How many have come by it. */
  people: z.int(),
  /** Whether the person who asks has come by it. */
  isProven: z.boolean(),
  /** What the provider must know as the address that it leads back to. */
  redirectUri: z.string(),
  actions: z.object({ change: allowed, remove: allowed }),
});
export type SignInProvider = z.output<typeof signInProvider>;

export const getSignInProvider = endpoint({
  name: 'getSignInProvider',
  method: 'GET',
  path: '/api/sign-in-provider',
  summary: 'The identity provider (OpenID Connect) by which the partner’s users sign in.',
  tag,
  access: 'partner.manage',
  people: true,
  result: signInProvider,
  etag: true,
});

export const setSignInProvider = endpoint({
  name: 'setSignInProvider',
  method: 'PUT',
  path: '/api/sign-in-provider',
  summary: 'Sets or changes the identity provider. `If-Match` is the ETag that was read; 409 when somebody was quicker.',
  tag,
  access: 'partner.manage',
  people: true,
  confirm: true,
  body: z.object({
    issuer,
    clientId: line(200),
    /** Left out: the one that is kept. Another issuer needs one again. */
    clientSecret: z.string().trim().min(1).max(500).optional(),
    domains: z.array(domain).min(1).max(mostSignInDomains),
    passwordAllowed: z.boolean(),
  }),
  result: signInProvider,
  etag: true,
  ifMatch: true,
});

export const removeSignInProvider = endpoint({
  name: 'removeSignInProvider',
  method: 'DELETE',
  path: '/api/sign-in-provider',
  summary: 'Takes the identity provider away. Whoever came by it is signed out.',
  tag,
  access: 'partner.manage',
  people: true,
  confirm: true,
  body: nothing,
  result: signInProvider,
});

export const checkSignInProvider = endpoint({
  name: 'checkSignInProvider',
  method: 'POST',
  path: '/api/sign-in-provider/check',
  summary: 'Fetches what an identity provider says of itself, and tells field by field what is wrong.',
  tag,
  access: 'partner.manage',
  people: true,
  body: z.object({ issuer }),
  result: z.object({
    checks: z.array(
      z.object({
        name: z.enum(providerChecks),
        state: z.enum(['ok', 'warning', 'wrong']),
        /** The key of a sentence. */
        because: z.string().optional(),
        given: z.string().optional(),
      }),
    ),
  }),
});

export const findSignInProviders = endpoint({
  name: 'findSignInProviders',
  method: 'POST',
  path: '/api/sso/find',
  summary: 'The single sign-ons that are there for the domain of a mail address.',
  tag,
  access: 'public',
  body: z.object({ email }),
  result: z.object({ items: z.array(z.object({ id, partnerName: z.string(), /** Where it leads. */ host: z.string() })) }),
});

/** Where a browser goes to begin a single sign-on: `?provider=<id>&to=<path here>`. No endpoint of JSON: it leads away. */
export const singleSignOnPath = '/api/sso/start';
