import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Database } from '@clientele/db';
import type { Cloud } from '@clientele/domain';
import {
  findSessionActor,
  isDeactivated,
  isOfCloud,
  mustUseSignInProvider,
  noteSessionSeen,
  noteSignIn,
  type SessionActor,
} from '@clientele/services';
import { type BetterAuthPlugin, betterAuth } from 'better-auth';
import { drizzleAdapter } from 'better-auth/adapters/drizzle';
import { APIError, createAuthEndpoint } from 'better-auth/api';
import { setSessionCookie } from 'better-auth/cookies';
import type { Request } from 'express';
import { z } from 'zod';
import { restAuthStorages } from './resting-storage.ts';

/** The tables that better-auth keeps people and sessions in, by its own names. */
export type AuthTables = Record<'user' | 'session' | 'account' | 'verification', object>;

/**
 * Signs somebody in who has proven another way that it is them: by a link to their mailbox. It has no address, so that only this process can call it;
 * the session and its cookie are better-auth's own.
 */
const signInByLink = {
  id: 'sign-in-by-link',
  endpoints: {
    signInByLink: createAuthEndpoint(
      { method: 'POST', body: z.object({ userId: z.string(), newPassword: z.string().optional() }) },
      async (ctx) => {
        const { internalAdapter, password } = ctx.context;
        const { userId, newPassword } = ctx.body;
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
        const session = await internalAdapter.createSession(userId);
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

/** better-auth on our tables: e-mail and password, sessions in Postgres. Nobody signs up by themselves. */
export function createAuth(options: {
  db: Database;
  tables: AuthTables;
  cloud: Cloud;
  secret: string;
  publicUrl: string;
  /** Told of a person who has the right password at the wrong host. */
  crossed: (userId: string) => void;
}) {
  restAuthStorages();
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
    session: {
      ...{ expiresIn: 12 * 3600, updateAge: 3600 },
      additionalFields: { signInProviderId: { type: 'string', required: false, input: false, returned: false } },
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
          async after(session) {
            await noteSignIn(options.db, session.userId, session.createdAt);
          },
        },
      },
    },
    user: { additionalFields: { language: { type: 'string', input: false } } },
    plugins: [signInByLink, signInByProvider],
    telemetry: { enabled: false },
    // What is not a plain refusal goes on to our own error handler: it answers with a problem and writes no address into the log.
    onAPIError: { throw: true },
    logger: { disabled: true },
  });
}
/** The network address of who asks, as we have seen it: what a client says of itself in other headers counts for nothing. */
const addressHeader = 'x-clientele-address';
const addressOf = (request: Request) => (request.ip ?? '').replace(/^::ffff:/, '');
export function noteAddress(request: Request): void {
  request.headers[addressHeader] = addressOf(request);
}

/** What a session that we make ourselves says of the device. */
export const agentOf = (request: Request): Headers =>
  new Headers({ 'user-agent': request.get('user-agent') ?? '', [addressHeader]: addressOf(request) });

export type Auth = ReturnType<typeof createAuth>;

const cookieNames = ['__Secure-better-auth.session_token', 'better-auth.session_token'];

/** The session token of a request's cookie, if better-auth signed it; null otherwise. No query. */
function sessionTokenOf(cookieHeader: string | undefined, secret: string): string | null {
  if (!cookieHeader) return null;
  for (const part of cookieHeader.split(';')) {
    const [name = '', value = ''] = part.trim().split(/=(.*)/s);
    if (!cookieNames.includes(name)) continue;
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
  const token = sessionTokenOf(request.headers.cookie, secret);
  if (!token) return null;
  const asked = asking.get(token);
  if (asked) return asked;
  const answer = findSessionActor(db, token)
    .then((found) => {
      // The signature says so already, unless somebody has set a partner's cloud anew.
      const actor = found?.partner && found.partner.cloud !== cloud ? null : found;
      if (actor) noteSessionSeen(db, actor.sessionId, actor.seenAt, new Date()).catch(() => {});
      return actor;
    })
    .finally(() => asking.delete(token));
  asking.set(token, answer);
  return answer;
}
