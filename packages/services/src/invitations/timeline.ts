import {
  type DeliveryRecord,
  events,
  type InvitationRecord,
  invitationHandOvers,
  invitationVisits,
  type Transaction,
  users,
} from '@clientele/db';
import type { Visitor } from '@clientele/domain';
import { and, desc, eq, like, or } from 'drizzle-orm';
import { nameOfActor } from '../activity/list.ts';

/**
 * One thing that happened to an invitation. `what` is an event's type (with `_report` behind it when a mail came back later), or `visit.` and what
 * was seen of a visitor.
 */
export interface Happening {
  at: Date;
  what: string;
  /** The partner's user who did it; null for customers, mail servers and machines. */
  by: string | null;
  mail: { id: string; kind: string; attempt: number | null; answer: string | null } | null;
  /** Of a visitor: how often, and when last. */
  times: number | null;
  lastAt: Date | null;
  /** Who was named as the right person. */
  person: { name: string; email: string; note: string | null } | null;
}

type Known = Pick<Happening, 'at' | 'what'> & Partial<Happening>;
const happening = (known: Known): Happening => ({ by: null, mail: null, times: null, lastAt: null, person: null, ...known });

const most = 300;

/**
 * Everything that happened to an invitation, newest first: what was done, what became of each mail, who opened the page. And who opened it by
 * the link that is good now.
 */
export async function timelineOf(tx: Transaction, invitation: InvitationRecord, createdBy: string, mails: DeliveryRecord[]) {
  const [happened, visits, handOvers] = await Promise.all([
    tx
      .select({ type: events.type, at: events.at, data: events.data, by: nameOfActor, actorKind: events.actorKind })
      .from(events)
      .leftJoin(users, eq(users.id, events.actorId))
      .where(and(eq(events.invitationId, invitation.id), or(like(events.type, 'invitation.%'), like(events.type, 'mail.%'))))
      .orderBy(desc(events.id))
      .limit(most),
    tx.select().from(invitationVisits).where(eq(invitationVisits.invitationId, invitation.id)),
    tx.select().from(invitationHandOvers).where(eq(invitationHandOvers.invitationId, invitation.id)),
  ]);
  const known = new Map(mails.map((mail) => [mail.id, mail]));
  const answered = new Set<string>();
  const timeline = happened.map(({ type, at, data, by, actorKind }) => {
    const facts = data as { deliveryId?: string; kind?: string; attempt?: number; handOverId?: string; learned?: string };
    const mailId = facts.deliveryId;
    const mail = mailId ? known.get(mailId) : undefined;
    const handOver = handOvers.find(({ id }) => id === facts.handOverId);
    // Newest first: what the server said last belongs to what happened last.
    const hasAnswer = mail !== undefined && type !== 'mail.queued' && !answered.has(mail.id);
    if (hasAnswer) answered.add(mail.id);
    return happening({
      at,
      what: facts.learned === 'report' ? `${type}_report` : type,
      // Who had a mail sent is told where that was done.
      by: actorKind === 'partner-user' && !mailId ? by : null,
      mail: facts.deliveryId
        ? {
            id: facts.deliveryId,
            kind: facts.kind ?? mail?.kind ?? '',
            attempt: facts.attempt ?? null,
            answer: hasAnswer ? mail.serverAnswer : null,
          }
        : null,
      person: handOver ? { name: handOver.name, email: handOver.email, note: handOver.note } : null,
    });
  });
  timeline.push(...fromRows(invitation, createdBy, mails, timeline), ...visits.flatMap(seen));
  // Of what happened at one moment the making of the invitation was the first.
  const isFirst = ({ what }: Happening) => Number(what === 'invitation.created');
  timeline.sort((one, other) => other.at.getTime() - one.at.getTime() || isFirst(one) - isFirst(other));
  return {
    timeline,
    visits: visits
      .filter(({ tokenVersion }) => tokenVersion === invitation.tokenVersion)
      .map(({ visitor, firstAt, lastAt, times, continuedAt }) => ({ visitor, firstAt, lastAt, times, continuedAt })),
  };
}

/** What the rows say and no event does: rows outlive events, and some were brought along from elsewhere. */
function fromRows(invitation: InvitationRecord, createdBy: string, mails: DeliveryRecord[], told: Happening[]): Happening[] {
  const has = (what: string, mailId?: string) => told.some((one) => one.what === what && one.mail?.id === mailId);
  const mailOf = ({ id, kind }: DeliveryRecord, answer: string | null) => ({ id, kind, attempt: null, answer });
  return [
    ...(has('invitation.created') ? [] : [happening({ at: invitation.createdAt, what: 'invitation.created', by: createdBy || null })]),
    ...(invitation.answeredAt && !has(`invitation.${invitation.state}`)
      ? [happening({ at: invitation.answeredAt, what: `invitation.${invitation.state}` })]
      : []),
    ...mails.flatMap((mail) => [
      ...(has('mail.queued', mail.id) ? [] : [happening({ at: mail.queuedAt, what: 'mail.queued', mail: mailOf(mail, null) })]),
      ...(mail.sentAt && !has('mail.sent', mail.id)
        ? [happening({ at: mail.sentAt, what: 'mail.sent', mail: mailOf(mail, mail.serverAnswer) })]
        : []),
    ]),
  ];
}

interface VisitRow {
  visitor: Visitor;
  firstAt: Date;
  lastAt: Date;
  times: number;
  continuedAt: Date | null;
}

function seen({ visitor, firstAt, lastAt, times, continuedAt }: VisitRow): Happening[] {
  return [
    happening({ at: firstAt, what: `visit.${visitor}`, times, lastAt }),
    ...(continuedAt ? [happening({ at: continuedAt, what: 'visit.continued' })] : []),
  ];
}
