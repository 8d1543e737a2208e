import { type DeliveryRecord, operations, plannedEnds, type Transaction, users } from '@clientele/db';
import type { EndMode } from '@clientele/domain';
import { eq } from 'drizzle-orm';

/** What a mail about an end speaks of, as it is when the mail is sent. */
export interface EndOfMail {
  mode: EndMode;
  at: Date | null;
  customers: number;
  blockers: number;
  decidedBy: string | null;
  reason: string | null;
  /** It still waits for a second person. */
  isOpen: boolean;
}

/** The plan, or the operation over many, that a mail is about; undefined for any other mail. */
async function endOfMail(tx: Transaction, { kind, facts }: DeliveryRecord): Promise<EndOfMail | undefined> {
  if (kind !== 'end_approval_partner' && kind !== 'end_news_partner') return undefined;
  if (facts.plannedEndId) {
    const [row] = await tx
      .select({ plan: plannedEnds, decidedBy: users.name })
      .from(plannedEnds)
      .leftJoin(users, eq(users.id, plannedEnds.decidedBy))
      .where(eq(plannedEnds.id, facts.plannedEndId));
    if (!row) return undefined;
    const { mode, at, blockers, reason, state } = row.plan;
    return { mode, at, blockers, reason, customers: 1, decidedBy: row.decidedBy, isOpen: state === 'awaiting-approval' };
  }
  const [operation] = await tx
    .select()
    .from(operations)
    .where(eq(operations.id, facts.operationId ?? ''));
  if (!operation) return undefined;
  const { input, progress, state, waiting } = operation;
  return {
    mode: (input.mode as EndMode | undefined) ?? 'now',
    at: typeof input.at === 'string' ? new Date(input.at) : null,
    customers: progress?.total ?? 0,
    blockers: 0,
    decidedBy: null,
    reason: null,
    isOpen: state === 'paused' && waiting === 'approval',
  };
}

/** The same for many, by the id of the mail. */
export async function endsOfMails(tx: Transaction, records: DeliveryRecord[]): Promise<Map<string, EndOfMail>> {
  const found = await Promise.all(records.map(async (record) => [record.id, await endOfMail(tx, record)] as const));
  return new Map(found.flatMap(([id, end]) => (end ? [[id, end] as const] : [])));
}
