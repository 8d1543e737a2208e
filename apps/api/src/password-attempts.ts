import { attemptLimits, type Refusal } from '@clientele/domain';
import { attemptKeyOfEmail } from '@clientele/services';
import type { BetterAuthPlugin } from 'better-auth';
import { APIError, createAuthMiddleware, isAPIError } from 'better-auth/api';
import { type Guard, tooMany } from './attempts.ts';

interface Options {
  guard: Guard;
  /** The header in which the network address of who asks stands, as we have seen it. */
  addressHeader: string;
  /** Somebody has been locked out just now: told once per window, and nobody waits for it. */
  lockedOut: (email: string, until: Date, headers: Headers | undefined) => void;
}

/**
 * Limits wrong passwords, whichever form takes them: per network address, and per mail address, which is locked out then. Every attempt is counted
 * before the password is looked at, so that any number at once are no more; a right one is taken back afterwards. It is the same for an
 * address that nobody has, and takes the same time: a hash is made, of what nobody compares.
 */
export function passwordAttempts({ guard, addressHeader, lockedOut }: Options): BetterAuthPlugin {
  const isPassword = ({ path }: { path?: string | undefined }) => path === '/sign-in/email';
  const typed = (body: unknown) => {
    const { email, password } = (body ?? {}) as Record<string, unknown>;
    return {
      email: typeof email === 'string' ? attemptKeyOfEmail(email) : '',
      password: typeof password === 'string' ? password.slice(0, 128) : '',
    };
  };
  return {
    id: 'password-attempts',
    hooks: {
      before: [
        {
          matcher: isPassword,
          handler: createAuthMiddleware(async (ctx) => {
            const { email, password } = typed(ctx.body);
            const fromAddress = await guard.count('sign-in-by-address', ctx.headers?.get(addressHeader) ?? '');
            if (!fromAddress.allowed) throw answerOf(tooMany('sign-in-by-address', fromAddress));
            const forEmail = await guard.count('sign-in-by-email', email);
            if (forEmail.allowed) return;
            // The first that is refused: once in a window, over all processes.
            if (forEmail.count === attemptLimits['sign-in-by-email'].most + 1) lockedOut(email, forEmail.until, ctx.headers ?? undefined);
            await ctx.context.password.hash(password);
            throw answerOf(tooMany('sign-in-by-email', forEmail));
          }),
        },
      ],
      after: [
        {
          matcher: isPassword,
          handler: createAuthMiddleware(async (ctx) => {
            if (isAPIError(ctx.context.returned)) return;
            await Promise.all([
              guard.attempts.forget('sign-in-by-email', typed(ctx.body).email),
              guard.attempts.takeBack('sign-in-by-address', ctx.headers?.get(addressHeader) ?? ''),
            ]);
          }),
        },
      ],
    },
  };
}

/** As better-auth answers, in its own words. */
function answerOf({ message, details }: Refusal): APIError {
  const until = String(details.until);
  const seconds = Math.max(1, Math.ceil((Date.parse(until) - Date.now()) / 1000));
  return new APIError('TOO_MANY_REQUESTS', { code: 'TOO_MANY_ATTEMPTS', message, until }, { 'retry-after': String(seconds) });
}
