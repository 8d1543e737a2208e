import { type Context, customerUsers, read } from '@clientele/db';
import { type Cloud, Refusal } from '@clientele/domain';
import { and, eq } from 'drizzle-orm';
import { acceptAgreementInPerson } from '../agreements/accept.ts';
import { takeAwayDelegatedAdmin } from '../delegated-admin/take-away.ts';
import { listOwnPartners, type OwnPartner, openOwnPartner } from './partners.ts';

type Base = Pick<Context, 'db' | 'requestId' | 'now' | 'committed'> & { cloud: Cloud };

/** Only a global admin speaks for the organisation. Throws `forbidden`, which says who may. */
function demandAdmin(own: OwnPartner): void {
  if (own.role !== 'global-admin')
    throw new Refusal('forbidden', `Only a global admin of ${own.companyName} may do this.`, {
      details: { reason: 'role', needs: ['global-admin'], grantedBy: 'global-admin' },
    });
}

/** The customer takes its leave to administer back from one partner, at once. Throws `not_found`, `forbidden`, `illegal_transition`. */
export async function takeBackDelegatedAdmin(base: Base, userId: string, customerId: string): Promise<void> {
  const { ctx, own } = await openOwnPartner(base, userId, customerId);
  demandAdmin(own);
  await takeAwayDelegatedAdmin(ctx, { customerId, because: 'customer' });
}

/**
 * The customer accepts the customer agreement, once for all of its partners: it is noted with this one, and with every other live one that waits for
 * it. Each note is of its own; none says that there are others. Throws `not_found`, `forbidden`, `validation_failed`, `illegal_transition`.
 */
export async function acceptAgreementOnOwnPage(
  base: Base,
  userId: string,
  input: { customerId: string; agreementAccepted: boolean },
): Promise<void> {
  const { ctx, own } = await openOwnPartner(base, userId, input.customerId);
  demandAdmin(own);
  if (!input.agreementAccepted)
    throw new Refusal('validation_failed', 'The agreement must be accepted.', { fields: [{ path: 'agreement', rule: 'required' }] });
  const [person] = await read(ctx, (tx) =>
    tx
      .select({ firstName: customerUsers.firstName, lastName: customerUsers.lastName, email: customerUsers.email })
      .from(customerUsers)
      .where(and(eq(customerUsers.organizationId, own.organizationId), eq(customerUsers.userId, userId))),
  );
  // The wall shows an organisation's people only to partners that serve it now.
  if (!person) throw new Refusal('illegal_transition', 'There is no live relationship.', { details: { state: own.relationship } });
  await acceptAgreementInPerson(ctx, { customerId: own.customerId, person });
  const others = (await listOwnPartners(base, userId)).filter(
    (one) =>
      one.organizationId === own.organizationId && one.customerId !== own.customerId && one.isLive && one.agreementAcceptedAt === null,
  );
  for (const other of others) {
    const { ctx: theirs } = await openOwnPartner(base, userId, other.customerId);
    try {
      await acceptAgreementInPerson(theirs, { customerId: other.customerId, person });
    } catch (error) {
      // Accepted there in the same moment, or ended: there is nothing left to note.
      if (!(error instanceof Refusal && error.code === 'illegal_transition')) throw error;
    }
  }
}
