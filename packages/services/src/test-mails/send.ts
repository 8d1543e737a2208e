import { type Context, deliveries, read, type Transaction, transact, users } from '@clientele/db';
import { illegal, type Language, Refusal } from '@clientele/domain';
import { and, count, desc, eq, gt, sql } from 'drizzle-orm';
import { demand, userIdOf } from '../access.ts';
import { queueMail } from '../deliveries/queue.ts';
import { viewDelivery } from '../deliveries/view.ts';
import { requireNotSuppressed } from '../suppressions/suppress.ts';

const mostInTenMinutes = 5;

/** Sends a test mail to the person who asks, as every mail is sent; its row tells what became of it. One at a time. */
export async function sendTestMail(ctx: Context) {
  demand(ctx, 'partner.manage');
  const userId = userIdOf(ctx);
  return transact(ctx, async (tx) => {
    // Whoever asks twice at once is asked to wait, like whoever asks twice.
    await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`test mail ${userId}`}, 0))`);
    const last = await newestOf(ctx, tx);
    if (last?.state === 'queued' || last?.state === 'sending') throw illegal('mail', last.state, 'be sent again');
    const [sent] = await tx
      .select({ lately: count() })
      .from(deliveries)
      .where(and(ofPerson(ctx), gt(deliveries.queuedAt, new Date(ctx.now.getTime() - 600_000))));
    if ((sent?.lately ?? 0) >= mostInTenMinutes)
      throw new Refusal('limit_reached', `You may send ${mostInTenMinutes} test mails in ten minutes. Try again in some minutes.`, {
        details: { limit: 'perTenMinutes', most: mostInTenMinutes, now: sent?.lately },
      });
    const [person] = await tx.select({ email: users.email, language: users.language }).from(users).where(eq(users.id, userId));
    if (!person) throw new Refusal('unauthenticated', 'Sign in first.');
    await requireNotSuppressed(ctx, tx, person.email);
    const queued = await queueMail(ctx, tx, {
      kind: 'test_mail',
      recipient: person.email,
      language: person.language as Language,
      facts: { userId },
    });
    const mail = await newestOf(ctx, tx);
    return { result: viewTestMail(mail as NonNullable<typeof mail>), events: [queued] };
  });
}

/** The newest test mail of the person who asks; null when there is none. */
export async function getTestMail(ctx: Context) {
  demand(ctx, 'partner.manage');
  const mail = await read(ctx, (tx) => newestOf(ctx, tx));
  return { mail: mail ? viewTestMail(mail) : null };
}

const ofPerson = (ctx: Context) =>
  and(eq(deliveries.partnerId, ctx.partner.id), eq(deliveries.kind, 'test_mail'), eq(sql`${deliveries.facts}->>'userId'`, userIdOf(ctx)));

async function newestOf(ctx: Context, tx: Transaction) {
  const [mail] = await tx.select().from(deliveries).where(ofPerson(ctx)).orderBy(desc(deliveries.queuedAt), desc(deliveries.id)).limit(1);
  return mail;
}

const viewTestMail = (mail: NonNullable<Awaited<ReturnType<typeof newestOf>>>) => ({ ...viewDelivery(mail), recipient: mail.recipient });
