import {
  type Context,
  type CustomerRecord,
  customers,
  type InvitationRecord,
  invitations,
  type OperationRecord,
  type RelationshipSnapshot,
  type TakenAway,
  type Transaction,
} from '@clientele/db';
import {
  type EndMode,
  illegal,
  invitationStateAt,
  type Language,
  type NewEvent,
  next,
  nextWarningAt,
  relationshipTransitions,
  type StepName,
} from '@clientele/domain';
import { and, eq, inArray } from 'drizzle-orm';
import { knownReseller } from '../customers/resellers.ts';
import { lockCustomer } from '../customers/view.ts';
import { takeAwayWithin } from '../delegated-admin/take-away.ts';
import { queueMail } from '../deliveries/queue.ts';
import { closeInvitation } from '../invitations/change.ts';
import { type Step, StepRefused } from '../operations/step.ts';
import { findBlockers } from './blockers.ts';
import { certificateOf, makeCertificate } from './certificate.ts';
import { authorOf } from './planned.ts';

/** How the end came: what it was asked for as. Of one that was started before there were others: at once. */
export const endModeOf = ({ input }: OperationRecord): EndMode => (input.mode as EndMode | undefined) ?? 'now';

async function endingCustomer(tx: Transaction, operation: OperationRecord): Promise<CustomerRecord> {
  const customer = await lockCustomer(tx, operation.customerId ?? '');
  if (customer.relationship !== 'ending') throw new StepRefused({ code: 'relationship_changed', params: { state: customer.relationship } });
  return customer;
}

/** What ending takes away, as it is now. */
export const snapshotOf = (customer: CustomerRecord): RelationshipSnapshot => ({
  supportContact: customer.supportContact,
  supportResellerId: customer.supportResellerId,
  delegatedAdmin: customer.delegatedAdmin,
  delegatedAdminSince: customer.delegatedAdminSince?.toISOString() ?? null,
  delegatedAdminUntil: customer.delegatedAdminUntil?.toISOString() ?? null,
});

/** The requests for delegated admin that these customers have not answered: nobody can consent to more of what is over. */
export const openRequestOf = (customerIds: string[]) =>
  and(inArray(invitations.customerId, customerIds), eq(invitations.state, 'pending'), eq(invitations.purpose, 'delegated-admin'));

/** Closes such a request; one that has run out, and that nobody has written down yet, as that. */
export const takeBack = (ctx: Context, tx: Transaction, asked: InvitationRecord): Promise<NewEvent[]> =>
  closeInvitation(ctx, tx, asked, invitationStateAt(asked, ctx.now) === 'expired' ? 'expire' : 'revoke');

const checkBlockers: Step = async (ctx, tx, operation) => {
  const customer = await endingCustomer(tx, operation);
  const blockers = await findBlockers(tx, customer.id, ctx.now);
  if (blockers.length > 0) throw new StepRefused({ code: 'blocked', params: { count: blockers.length } });
  await tx
    .update(customers)
    .set({ snapshot: snapshotOf(customer) })
    .where(eq(customers.id, customer.id));
  return { events: [] };
};

const takeBackDelegatedAdmin: Step = async (ctx, tx, operation) => {
  const customer = await endingCustomer(tx, operation);
  if (!customer.delegatedAdmin) return { events: [], skipped: true };
  return { events: await takeAwayWithin(ctx, tx, customer, 'relationship_ended') };
};

const removeSupportContact: Step = async (_ctx, tx, operation) => {
  const customer = await endingCustomer(tx, operation);
  if (!customer.supportContact && !customer.supportResellerId) return { events: [], skipped: true };
  await tx.update(customers).set({ supportContact: null, supportResellerId: null }).where(eq(customers.id, customer.id));
  return { events: [{ type: 'support_contact.removed', customerId: customer.id, data: {} }] };
};

const endRelationshipStep: Step = async (ctx, tx, operation) => {
  const customer = await endingCustomer(tx, operation);
  // A subscription may have come back since the first step; ending with something live must be impossible.
  const blockers = await findBlockers(tx, customer.id, ctx.now);
  if (blockers.length > 0) throw new StepRefused({ code: 'blocked', params: { count: blockers.length } });
  await tx
    .update(customers)
    .set({
      relationship: next('relationship', relationshipTransitions, customer.relationship, 'complete-end'),
      relationshipEndedAt: ctx.now,
      version: customer.version + 1,
    })
    .where(eq(customers.id, customer.id));
  await makeCertificate(ctx, tx, operation, customer, takenAwayBy(operation, await supportOf(tx, customer.snapshot)));
  const [asked] = await tx
    .select()
    .from(invitations)
    .where(openRequestOf([customer.id]));
  const takenBack = asked ? await takeBack(ctx, tx, asked) : [];
  return { events: [...takenBack, { type: 'relationship.ended', customerId: customer.id, data: {} }] };
};

/** Whom the customer saw as its support contact. */
export const supportOf = async (tx: Transaction, of: Pick<RelationshipSnapshot, 'supportContact' | 'supportResellerId'> | null) =>
  (await knownReseller(tx, of?.supportResellerId ?? null))?.name ?? of?.supportContact ?? '';

/** What the steps before took away, and when. Purchases have been stopped since the end began. */
function takenAwayBy(operation: OperationRecord, support: string): TakenAway[] {
  const doneAt = (name: StepName<'relationship-end'>) =>
    operation.steps.find((step) => step.name === name && step.state === 'done')?.finishedAt ?? null;
  const [admin, contact] = [doneAt('take_back_delegated_admin'), doneAt('remove_support_contact')];
  return [
    { what: 'purchases', at: operation.createdAt.toISOString() },
    ...(admin ? [{ what: 'delegated_admin', at: admin } as const] : []),
    ...(contact ? [{ what: 'support_contact', at: contact, name: support } as const] : []),
  ];
}

const tellBothSides: Step = async (ctx, tx, operation) => {
  const customer = await lockCustomer(tx, operation.customerId ?? '');
  const author = await authorOf(tx, operation.createdBy);
  const events = [await tellCustomer(ctx, tx, operation, customer)];
  if (author)
    events.push(
      await queueMail(ctx, tx, {
        kind: 'relationship_ended_partner',
        recipient: author.email,
        language: author.language as Language,
        customerId: customer.id,
        facts: await factsOf(ctx, tx, operation, customer),
      }),
    );
  return { events };
};

async function factsOf(ctx: Context, tx: Transaction, operation: OperationRecord, customer: CustomerRecord) {
  const certificateId = await certificateOf(tx, operation.id, customer.id);
  return {
    endedAt: (customer.relationshipEndedAt ?? ctx.now).toISOString(),
    userId: operation.createdBy,
    endMode: endModeOf(operation),
    ...(certificateId ? { certificateId } : {}),
  };
}

/** The customer's mail about the end, with its certificate. */
export async function tellCustomer(ctx: Context, tx: Transaction, operation: OperationRecord, customer: CustomerRecord): Promise<NewEvent> {
  return queueMail(ctx, tx, {
    kind: 'relationship_ended_customer',
    recipient: customer.contact.email,
    language: customer.language,
    customerId: customer.id,
    facts: await factsOf(ctx, tx, operation, customer),
  });
}

export const endSteps: Record<StepName<'relationship-end'>, Step> = {
  check_blockers: checkBlockers,
  take_back_delegated_admin: takeBackDelegatedAdmin,
  remove_support_contact: removeSupportContact,
  end_relationship: endRelationshipStep,
  tell_both_sides: tellBothSides,
};

/** What the steps took, as it was; an end that has passed meanwhile is found by the watcher. */
function restored(snapshot: RelationshipSnapshot, { steps }: OperationRecord, now: Date): Partial<CustomerRecord> {
  const { supportContact, supportResellerId = null, delegatedAdmin } = snapshot;
  // What the step has not taken is as it is now: the customer may have taken it away itself while the end was under way.
  const isTakenBack = steps.some(({ name, state }) => name === 'take_back_delegated_admin' && state === 'done');
  if (!delegatedAdmin || !isTakenBack) return { supportContact, supportResellerId };
  const until = snapshot.delegatedAdminUntil ? new Date(snapshot.delegatedAdminUntil) : null;
  return {
    supportContact,
    supportResellerId,
    delegatedAdmin,
    delegatedAdminSince: snapshot.delegatedAdminSince ? new Date(snapshot.delegatedAdminSince) : null,
    delegatedAdminUntil: until,
    delegatedAdminChangedAt: now,
    delegatedAdminWarnAt: nextWarningAt(until, now),
  };
}

/** A cancelled end puts back what its steps took away. One that has ended the relationship cannot be cancelled: both sides must be told. */
export async function undoEnd(ctx: Context, tx: Transaction, operation: OperationRecord): Promise<NewEvent[]> {
  const customer = await lockCustomer(tx, operation.customerId ?? '');
  // By its own steps, too: the customer may have accepted anew since, and what is ending now may be another end.
  const hasEnded = operation.steps.some(({ name, state }) => name === 'end_relationship' && state === 'done');
  if (hasEnded || customer.relationship === 'ended') throw illegal('relationship', 'ended', 'cancel-end');
  if (customer.relationship !== 'ending') return [];
  await tx
    .update(customers)
    .set({
      relationship: next('relationship', relationshipTransitions, customer.relationship, 'cancel-end'),
      ...(customer.snapshot ? restored(customer.snapshot, operation, ctx.now) : {}),
      snapshot: null,
      version: customer.version + 1,
    })
    .where(eq(customers.id, customer.id));
  return [{ type: 'relationship.end_cancelled', customerId: customer.id, data: {} }];
}
