import { type Context, type OperationRecord, operations, type Transaction, users } from '@clientele/db';
import { commandsOf, isOverRows, notFound, type OperationKind, operationTransitions, type Permission } from '@clientele/domain';
import { eq } from 'drizzle-orm';
import { type Allowed, allow } from '../access.ts';

/** An operation as screens see it. */
export interface OperationView
  extends Omit<OperationRecord, 'input' | 'partnerId' | 'leaseOwner' | 'leaseUntil' | 'credentialsRevealedAt'> {
  /** The indirect reseller that a customer is added for. */
  reseller: string | null;
  credentialsRevealed: boolean;
  actions: { retry: Allowed; cancel: Allowed; pause: Allowed; resume: Allowed; revealCredentials: Allowed };
}

/** Who may start an operation may also retry, pause, resume and cancel it. */
const permissionOf: Record<OperationKind, Permission> = {
  'customer-onboarding': 'customers.add',
  'relationship-end': 'relationship.end',
  'customers-tag': 'customers.edit',
  'customers-untag': 'customers.edit',
  'subscriptions-suspend': 'subscriptions.support',
  'relationships-end': 'relationship.end',
  'delegated-admin-extend': 'delegated-admin.request',
  'customers-export': 'customers.export',
  'customer-import': 'customers.import',
  'customers-invite': 'invitations.send',
  'invitations-send': 'invitations.send',
};

/** A later run of the same file has taken this import's place: a retry could only fail again. */
export const isSuperseded = ({ steps }: Pick<OperationRecord, 'steps'>): boolean =>
  steps.some(({ failure }) => failure?.code === 'superseded');

/** Whether an operation waits for a second person to agree: one that ends relationships, as the partner has set. */
export const awaitsSecondPerson = ({ kind, waiting }: Pick<OperationRecord, 'kind' | 'waiting'>): boolean =>
  kind === 'relationships-end' && waiting === 'approval';

function secondPerson(ctx: Context, record: OperationRecord, answer: Allowed): Allowed {
  const isOwn = ctx.actor.kind === 'partner-user' && ctx.actor.id === record.createdBy;
  return answer.allowed && isOwn && awaitsSecondPerson(record) ? { allowed: false, reason: 'own_request' } : answer;
}

export function viewOperation(ctx: Context, record: OperationRecord, createdBy: string): OperationView {
  const { input, partnerId: _partner, leaseOwner: _owner, leaseUntil: _until, credentialsRevealedAt, ...rest } = record;
  const commands = commandsOf(operationTransitions, record.state);
  const permission = permissionOf[record.kind];
  return {
    ...rest,
    createdBy,
    reseller: typeof input.resellerName === 'string' ? input.resellerName : null,
    credentialsRevealed: credentialsRevealedAt !== null,
    actions: {
      retry: allow(
        ctx,
        permission,
        commands.includes('retry') && !isSuperseded(record),
        isSuperseded(record) ? 'superseded' : record.state,
      ),
      cancel: allow(ctx, permission, commands.includes('cancel'), record.state),
      // What takes seconds is over before anybody could pause it.
      pause: allow(ctx, permission, commands.includes('pause') && isOverRows(record.kind), record.state),
      resume: secondPerson(ctx, record, allow(ctx, permission, commands.includes('resume'), record.state)),
      revealCredentials: allow(
        ctx,
        'customers.add',
        record.kind === 'customer-onboarding' && record.state === 'succeeded' && credentialsRevealedAt === null,
        record.state,
      ),
    },
  };
}

/** One operation with the name of who started it. Throws `not_found`. */
export async function loadOperation(ctx: Context, tx: Transaction, operationId: string): Promise<OperationView> {
  const [row] = await tx
    .select()
    .from(operations)
    .leftJoin(users, eq(users.id, operations.createdBy))
    .where(eq(operations.id, operationId));
  if (!row) throw notFound('operation');
  return viewOperation(ctx, row.operations, row.users?.name ?? '');
}

/** The row, locked until the transaction ends, so that a worker's step and a person's cancel cannot cross. Throws `not_found`. */
export async function lockOperation(tx: Transaction, operationId: string): Promise<OperationRecord> {
  const [record] = await tx.select().from(operations).where(eq(operations.id, operationId)).for('update');
  if (!record) throw notFound('operation');
  return record;
}

export { permissionOf as permissionOfOperation };
