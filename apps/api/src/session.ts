import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Database, Origin } from '@clientele/db';
import type { Cloud, SignInFactors } from '@clientele/domain';
import {
  findSessionActor,
  isDeactivated,
  isOfCloud,
  leaveSession,
  mustUseSignInProvider,
  noteSessionSeen,
  noteSignIn,
  type SessionActor,
} from '@clientele/services';
import { type BetterAuthPlugin, betterAuth } from 'better-auth';
import { drizzleAdapter } from 'better-auth/adapters/drizzle';
import { APIError, createAuthEndpoint, createAuthMiddleware, isAPIError } from 'better-auth/api';
import { setSessionCookie } from 'better-auth/cookies';
import type { Request } from 'express';
import { z } from 'zod';
import type { Guard } from './attempts.ts';
import { ownSiteOf } from './own-site.ts';
import { passwordAttempts } from './password-attempts.ts';
import { restAuthStorages } from './resting-storage.ts';

/** The tables that better-auth keeps people and sessions in, by its own names. */
export type AuthTables = Record<'user' | 'session' | 'account' | 'verification', object>;

/**
 * Signs somebody in who has proven another way that it is them: by a link to their mailbox, a passkey, a second factor. It has no address, so that only this process can call it;
 * the session and its cookie are better-auth's own.
 */
const signInByLink = {
  id: 'sign-in-by-link',
  endpoints: {
    signInByLink: createAuthEndpoint(
      {
        method: 'POST',
        body: z.object({
          userId: z.string(),
          newPassword: z.string().optional(),
          /** When the second factor was given, if it was. */
          secondFactorAt: z.date().optional(),
        }),
      },
      async (ctx) => {
        const { internalAdapter, password } = ctx.context;
        const { userId, newPassword, secondFactorAt } = ctx.body;
        const user = await internalAdapter.findUserById(userId);
        if (!user) throw new APIError('UNAUTHORIZED');
        if (newPassword) {
          const hash = await password.hash(newPassword);
          const hasOne = (await internalAdapter.findAccounts(userId)).some(({ providerId }) => providerId === 'credential');
          if (hasOne) await internalAdapter.updatePassword(userId, hash);
          else await internalAdapter.createAccount({ userId, accountId: userId, providerId: 'credential', password: hash });
          // Whoever was signed in with the older one is not any more.
          await internalAdapter.deleteUserSessions(userId);
        }
        const session = await internalAdapter.createSession(userId, false, secondFactorAt ? { secondFactorAt } : {});
        await setSessionCookie(ctx, { session, user });
        return ctx.json({ token: session.token });
      },
    ),
  },
} satisfies BetterAuthPlugin;

/** Signs somebody in whom the partner's own provider has sent. No address either. */
const signInByProvider = {
  id: 'sign-in-by-provider',
  endpoints: {
    signInByProvider: createAuthEndpoint(
      { method: 'POST', body: z.object({ userId: z.string(), signInProviderId: z.string() }) },
      async (ctx) => {
        const { internalAdapter } = ctx.context;
        const { userId, signInProviderId } = ctx.body;
        const user = await internalAdapter.findUserById(userId);
        if (!user) throw new APIError('UNAUTHORIZED');
        const session = await internalAdapter.createSession(userId, false, { signInProviderId });
        await setSessionCookie(ctx, { session, user });
        return ctx.json({ token: session.token });
      },
    ),
  },
} satisfies BetterAuthPlugin;

/**
 * The library's endpoints that answer over HTTP. It brings many more, and the next release or a plugin may bring others: each is let in here by name, or
 * it is not there. Reading the session is not among them: it would put off the session's end each time.
 */
export const openAuthPaths: ReadonlySet<string> = new Set(['/sign-in/email', '/sign-out']);

/** better-auth on our tables: e-mail and password, sessions in Postgres. Nobody signs up by themselves. */
export function createAuth(options: {
  db: Database;
  tables: AuthTables;
  cloud: Cloud;
  secret: string;
  publicUrl: string;
  guard: Guard;
  /** Too many wrong passwords for an address. */
  lockedOut: (email: string, until: Date, origin: Origin) => void;
  /** A session was made. */
  signedIn: (userId: string, factors: SignInFactors, origin: Origin) => Promise<void>;
  /** Told of a person who has the right password at the wrong host. */
  crossed: (userId: string) => void;
}) {
  restAuthStorages();
  const isSecure = options.publicUrl.startsWith('https:');
  return betterAuth({
    database: drizzleAdapter(options.db.orm, {
      provider: 'pg',
      schema: options.tables,
    }),
    secret: options.secret,
    baseURL: options.publicUrl,
    basePath: '/api/auth',
    // The portal may be reached under several names (localhost, 127.0.0.1); what counts is that a page of its own asks.
    trustedOrigins: (request) => {
      const host = request?.headers.get('host');
      return host ? [`http://${host}`, `https://${host}`] : [];
    },
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: 10, maxPasswordLength: 128 },
    // The prefix is ours: the library's own would let the hosts beside this one set the cookie.
    advanced: {
      useSecureCookies: false,
      cookiePrefix: cookiePrefix(isSecure),
      defaultCookieAttributes: { secure: isSecure, httpOnly: true, sameSite: 'lax', path: '/' },
    },
    session: {
      expiresIn: 12 * 3600,
      updateAge: 3600,
      additionalFields: {
        signInProviderId: { type: 'string', required: false, input: false, returned: false },
        secondFactorAt: { type: 'date', required: false, input: false, returned: false },
      },
    },
    // What a person changes of its account is a verb of ours, with a record in the activity log, and no other door tells whether a password is right.
    disabledPaths: [
      '/change-password',
      '/set-password',
      '/verify-password',
      '/change-email',
      '/update-user',
      '/delete-user',
      '/unlink-account',
      '/list-sessions',
      '/update-session',
      '/revoke-session',
      '/revoke-sessions',
      '/revoke-other-sessions',
    ],
    hooks: {
      // The cookie says it all, to the browser alone: a script of a page gets no part of it. Our own pages, which call without a request, need the token.
      after: createAuthMiddleware(async (ctx) =>
        ctx.path === '/sign-in/email' && ctx.request && ctx.context.newSession ? ctx.json({}) : undefined,
      ),
    },
    databaseHooks: {
      session: {
        create: {
          async before(session, context) {
            // Of the other cloud: nobody here, as for a wrong password.
            if (!(await isOfCloud(options.db, session.userId, options.cloud))) {
              options.crossed(session.userId);
              throw new APIError('UNAUTHORIZED', { message: 'Invalid email or password', code: 'INVALID_EMAIL_OR_PASSWORD' });
            }
            // The password was right: only who knows it learns this.
            if (await isDeactivated(options.db, session.userId))
              throw new APIError('FORBIDDEN', { code: 'DEACTIVATED', message: 'Your organisation has deactivated your access.' });
            // As above: only to who has the right password.
            if (!session.signInProviderId && (await mustUseSignInProvider(options.db, session.userId)))
              throw new APIError('FORBIDDEN', { code: 'SINGLE_SIGN_ON_ONLY', message: 'Your organisation signs in with single sign-on.' });
            return { data: { ...session, ipAddress: context?.headers?.get(addressHeader) ?? '' } };
          },
          async after(session, context) {
            await noteSignIn(options.db, session.userId, session.createdAt);
            const factors = session.signInProviderId ? 'provider' : session.secondFactorAt ? 'two' : 'one';
            await options.signedIn(session.userId, factors, originFrom(context?.headers));
            // The session that the browser had before ends: nobody goes on under one that was there already.
            const before = tokenIn(context?.headers?.get('cookie') ?? undefined, sessionCookieName(isSecure), options.secret);
            if (before && before !== session.token) await leaveSession(options.db, before);
          },
        },
      },
    },
    user: { additionalFields: { language: { type: 'string', input: false } } },
    plugins: [
      signInByLink,
      signInByProvider,
      passwordAttempts({
        guard: options.guard,
        addressHeader,
        lockedOut: (email, until, headers) => options.lockedOut(email, until, originFrom(headers)),
      }),
    ],
    // Its own counts are of one process, and by an address that a client may say of itself. Ours are in Postgres.
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    // What is not a plain refusal goes on to our own error handler: it answers with a problem and writes no address into the log.
    onAPIError: { throw: true },
    logger: { disabled: true },
  });
}
/** The network address of who asks, as we have seen it: what a client says of itself in other headers counts for nothing. */
const addressHeader = 'x-clientele-address';
export const addressOf = (request: Request): string => (request.ip ?? '').replace(/^::ffff:(?=\d+\.)/, '');
export function noteAddress(request: Request): void {
  request.headers[addressHeader] = addressOf(request);
}

/** Longer user agents are not read by anybody. */
const longestUserAgent = 200;

/** What a device says of itself, as the activity log keeps it. What a text cannot hold is left out: the header is the sender's own. */
export const agentFrom = (header: string | null | undefined): string | null =>
  header?.replace(/[^\x20-\x7e]/g, '').slice(0, longestUserAgent) || null;

/** Where a request to the library comes from, by the headers that it was given. */
const originFrom = (headers: Headers | null | undefined): Origin => ({
  ip: headers?.get(addressHeader) || null,
  userAgent: agentFrom(headers?.get('user-agent')),
});

/** What a session that we make ourselves says of the device, and which one it takes the place of. */
export const agentOf = (request: Request): Headers =>
  new Headers({
    'user-agent': request.get('user-agent') ?? '',
    cookie: request.headers.cookie ?? '',
    [addressHeader]: addressOf(request),
  });

export type Auth = ReturnType<typeof createAuth>;

/** Signs in by a form of a page that we make. What is no answer of the sign-in (the database is away) is thrown. */
export async function signInWithPassword(
  auth: Auth,
  request: Request,
  body: { email: string; password: string },
): Promise<{ headers: Headers; token: string } | 'wrong' | 'too-many'> {
  try {
    const { headers, response } = await auth.api.signInEmail({ body, headers: agentOf(request), returnHeaders: true });
    return { headers, token: response.token };
  } catch (error) {
    if (!isAPIError(error)) throw error;
    return error.statusCode === 429 ? 'too-many' : 'wrong';
  }
}

/** A cookie that only this host can set, where there is TLS; another of its name without the prefix counts for nothing then. */
const cookiePrefix = (isSecure: boolean) => (isSecure ? '__Host-better-auth' : 'better-auth');
const sessionCookieName = (isSecure: boolean) => `${cookiePrefix(isSecure)}.session_token`;

/** The session token that a request shows, if better-auth signed it; null otherwise. No query. */
export const sessionTokenOf = (request: Request, secret: string): string | null =>
  tokenIn(request.headers.cookie, sessionCookieName(ownSiteOf(request).isSecure), secret);

/** The session token of this cookie, if better-auth signed it; null otherwise. No query. */
function tokenIn(cookieHeader: string | undefined, cookieName: string, secret: string): string | null {
  if (!cookieHeader) return null;
  for (const part of cookieHeader.split(';')) {
    const [name = '', value = ''] = part.trim().split(/=(.*)/s);
    if (name !== cookieName) continue;
    let signed: string;
    try {
      signed = decodeURIComponent(value);
    } catch {
      return null;
    }
    const dot = signed.lastIndexOf('.');
    if (dot < 1) return null;
    const token = signed.slice(0, dot);
    const expected = createHmac('sha256', secret).update(token).digest();
    const given = Buffer.from(signed.slice(dot + 1), 'base64');
    if (given.length === expected.length && timingSafeEqual(given, expected)) return token;
  }
  return null;
}

const asking = new Map<string, Promise<SessionActor | null>>();

/**
 * Who sends a request; null for nobody. A screen asks for several things at once: requests of one session that come while it is being looked
 * up share the answer. Nothing is kept beyond that: a session or role that is taken away is gone, but for a look that is under way.
 */
export async function actorOf(
  request: Request,
  { db, secret, cloud }: { db: Database; secret: string; cloud: Cloud },
): Promise<SessionActor | null> {
  const token = sessionTokenOf(request, secret);
  if (!token) return null;
  const asked = asking.get(token);
  if (asked) return asked;
  const answer = findSessionActor(db, token)
    .then((found) => {
      // The signature says so already, unless somebody has set a partner's cloud anew.
      const actor = found?.partner && found.partner.cloud !== cloud ? null : found;
      if (actor) noteSessionSeen(db, actor.sessionId, actor.seenAt, db.clock.now()).catch(() => {});
      return actor;
    })
    .finally(() => asking.delete(token));
  asking.set(token, answer);
  return answer;
}
