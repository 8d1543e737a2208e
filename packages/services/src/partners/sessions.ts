import { type Context, type Database, sessions, users } from '@clientele/db';
import type { Cloud, Language, PartnerType, Role, SignedIn } from '@clientele/domain';
import { eq } from 'drizzle-orm';

/** Who a session belongs to. `partner` is null for a person who is only a customer's user. */
export interface SessionActor extends SignedIn {
  sessionId: string;
  /** When it was last noted that the session is in use. */
  seenAt: Date;
  /** When the person has proven last that it is itself. */
  confirmedAt: Date;
  userId: string;
  name: string;
  email: string;
  language: Language;
  roles: Role[];
  partner: { id: string; name: string; type: PartnerType; cloud: Cloud; country: string } | null;
}

interface SessionRow {
  session_id: string;
  /** Moments come as text here. */
  seen_at: string;
  since: string;
  confirmed_at: string;
  second_factor_at: string | null;
  has_second_factor: boolean;
  second_factor_from: string | null;
  grace_days: string | null;
  sign_in_provider_id: string | null;
  user_id: string;
  name: string;
  email: string;
  language: Language;
  roles: Role[] | null;
  partner_id: string | null;
  partner_name: string;
  partner_type: PartnerType;
  cloud: Cloud;
  country: string;
}

/** The person behind a session token, with partner and roles as they are now; null when the session is unknown or over. One query. */
export async function findSessionActor(db: Database, token: string): Promise<SessionActor | null> {
  const [row] = await db.sql<SessionRow[]>`select * from session_actor(${token})`;
  if (!row) return null;
  return {
    sessionId: row.session_id,
    seenAt: new Date(row.seen_at),
    since: new Date(row.since),
    confirmedAt: new Date(row.confirmed_at),
    hasSecondFactor: row.has_second_factor,
    secondFactorAt: row.second_factor_at === null ? null : new Date(row.second_factor_at),
    // Only who signs in for no partner has none: nothing is due from that person.
    secondFactorFrom: new Date(row.second_factor_from ?? row.since),
    signInProviderId: row.sign_in_provider_id,
    graceDays: row.grace_days === null ? null : Number(row.grace_days),
    userId: row.user_id,
    name: row.name,
    email: row.email,
    language: row.language,
    roles: row.roles ?? [],
    partner: row.partner_id
      ? { id: row.partner_id, name: row.partner_name, type: row.partner_type, cloud: row.cloud, country: row.country }
      : null,
  };
}

/** Whether a person has been deactivated by its partner: such a person is not let in, whatever it knows. */
export async function isDeactivated(db: Database, userId: string): Promise<boolean> {
  const [row] = await db.sql<{ deactivated: boolean }[]>`select is_deactivated(${userId}) as deactivated`;
  return row?.deactivated === true;
}

/** Notes when a person has signed in last. */
export async function noteSignIn(db: Database, userId: string, now: Date): Promise<void> {
  await db.orm.update(users).set({ lastSignInAt: now }).where(eq(users.id, userId));
}

/** Ends the session of this token, because its browser has got another. */
export async function leaveSession(db: Database, token: string): Promise<void> {
  await db.orm.delete(sessions).where(eq(sessions.token, token));
}

/** Chooses the language that a person reads. Not a partner's matter, so there is no activity record. */
export async function setLanguage(ctx: Pick<Context, 'db' | 'now'>, userId: string, language: Language): Promise<void> {
  await ctx.db.orm.update(users).set({ language, updatedAt: ctx.now }).where(eq(users.id, userId));
}
