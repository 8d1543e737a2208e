import { type Context, type OperationRecord, operations, type Transaction, users } from '@clientele/db';
import { commandsOf, notFound, operationTransitions } from '@clientele/domain';
import { eq } from 'drizzle-orm';
import { type Allowed, allow } from '../access.ts';

/** An operation as screens see it. */
export interface OperationView
  extends Omit<OperationRecord, 'input' | 'partnerId' | 'leaseOwner' | 'leaseUntil' | 'credentialsRevealedAt'> {
  credentialsRevealed: boolean;
  actions: { retry: Allowed; cancel: Allowed; revealCredentials: Allowed };
}

/** Who may start an operation may also retry and cancel it. */
const permissionOf = { 'customer-onboarding': 'customers.add', 'relationship-end': 'relationship.end' } as const;

export function viewOperation(ctx: Context, record: OperationRecord, createdBy: string): OperationView {
  const { input: _input, partnerId: _partner, leaseOwner: _owner, leaseUntil: _until, credentialsRevealedAt, ...rest } = record;
  const commands = commandsOf(operationTransitions, record.state);
  const permission = permissionOf[record.kind];
  return {
    ...rest,
    createdBy,
    credentialsRevealed: credentialsRevealedAt !== null,
    actions: {
      retry: allow(ctx, permission, commands.includes('retry'), record.state),
      cancel: allow(ctx, permission, commands.includes('cancel'), record.state),
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
