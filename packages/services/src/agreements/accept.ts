import { agreementRequests, type Context, customers, findPartner, partners, read, transact, users } from '@clientele/db';
import {
  agreementRequestStateAt,
  agreementRequestTransitions,
  illegal,
  liveRelationshipStates,
  next,
  Refusal,
  refuseFields,
} from '@clientele/domain';
import { eq } from 'drizzle-orm';
import { lockCustomer } from '../customers/view.ts';
import type { Links } from '../invitations/links.ts';
import { closeRequest } from './ask.ts';

type Base = Pick<Context, 'db' | 'requestId' | 'now' | 'committed'>;

const invalid = () => new Refusal('link_invalid', 'This link is not one of ours.');

/** The context of a customer that holds a link. Throws `link_invalid` for anything else. */
async function contextOf(base: Base, links: Links, token: string): Promise<{ ctx: Context; requestId: string }> {
  const requestId = links.agreement.requestIdOf(token);
  if (!requestId || !links.agreement.proves(token, requestId)) throw invalid();
  const [found] = await base.db.sql<{ partner: string | null }[]>`select agreement_request_partner(${requestId}) as partner`;
  const partner = found?.partner ? await findPartner(base.db, found.partner) : undefined;
  if (!partner) throw invalid();
  return { ctx: { ...base, partner, actor: { kind: 'customer', id: null } }, requestId };
}

/** What the customer's page shows. Reading it changes nothing, whoever or whatever reads. */
export async function openAgreementRequest(base: Base, links: Links, token: string) {
  const { ctx, requestId } = await contextOf(base, links, token);
  return read(ctx, async (tx) => {
    const [request] = await tx.select().from(agreementRequests).where(eq(agreementRequests.id, requestId));
    if (!request) throw invalid();
    const [[author], [partner], [customer]] = await Promise.all([
      tx.select({ name: users.name, email: users.email }).from(users).where(eq(users.id, request.createdBy)),
      tx.select().from(partners).where(eq(partners.id, ctx.partner.id)),
      tx.select().from(customers).where(eq(customers.id, request.customerId)),
    ]);
    if (!customer || !partner) throw invalid();
    const state = agreementRequestStateAt(request, ctx.now);
    return {
      request,
      /** `over`: there is no relationship any more in which the acceptance would mean anything. */
      state: state === 'pending' && !liveRelationshipStates.includes(customer.relationship) ? ('over' as const) : state,
      partner,
      author: author ?? { name: '', email: '' },
      companyName: customer.companyName,
      /** Who accepted with this very link, for the receipt. */
      acceptedBy: state === 'accepted' ? customer.agreementAttestation : null,
      isAccepted: customer.agreementAcceptedAt !== null,
    };
  });
}
export type OpenAgreementRequest = Awaited<ReturnType<typeof openAgreementRequest>>;

/** The customer accepts, by a person's POST. Throws `link_over` when the request is no longer open. */
export async function acceptAgreement(
  base: Base,
  links: Links,
  input: { token: string; firstName: string; lastName: string; agreementAccepted: boolean },
): Promise<void> {
  const { ctx, requestId } = await contextOf(base, links, input.token);
  if (!input.agreementAccepted) refuseFields([{ path: 'agreement', rule: 'required' }]);
  await transact(ctx, async (tx) => {
    const [seen] = await tx.select().from(agreementRequests).where(eq(agreementRequests.id, requestId));
    if (!seen) throw invalid();
    // The customer first, as every other change of the agreement does it.
    const customer = await lockCustomer(tx, seen.customerId);
    const [request] = await tx.select().from(agreementRequests).where(eq(agreementRequests.id, requestId)).for('update');
    const state = request ? agreementRequestStateAt(request, ctx.now) : 'expired';
    if (!request || state !== 'pending' || customer.agreementAcceptedAt || !liveRelationshipStates.includes(customer.relationship))
      throw new Refusal('link_over', 'This request is no longer open.', { details: { state } });
    await tx
      .update(agreementRequests)
      .set({ state: next('agreement request', agreementRequestTransitions, request.state, 'accept'), answeredAt: ctx.now })
      .where(eq(agreementRequests.id, requestId));
    const { firstName, lastName } = input;
    await tx
      .update(customers)
      .set({
        agreementAcceptedAt: ctx.now,
        agreementBy: 'customer',
        agreementAttestation: { firstName, lastName, email: request.email, date: ctx.now.toISOString().slice(0, 10) },
        version: customer.version + 1,
      })
      .where(eq(customers.id, customer.id));
    return {
      result: undefined,
      events: [{ type: 'agreement.accepted', customerId: customer.id, data: { agreementRequestId: request.id } }],
    };
  });
}

/**
 * A global admin of the customer accepts on the customer's own page; who that is the caller has made sure. An open request of the partner is closed.
 * Throws `illegal_transition` when it is accepted already, or there is no live relationship.
 */
export async function acceptAgreementInPerson(
  ctx: Context,
  input: { customerId: string; person: { firstName: string; lastName: string; email: string } },
): Promise<void> {
  await transact(ctx, async (tx) => {
    const customer = await lockCustomer(tx, input.customerId);
    if (!liveRelationshipStates.includes(customer.relationship))
      throw illegal('relationship', customer.relationship, 'accept the agreement');
    if (customer.agreementAcceptedAt) throw illegal('customer agreement', 'accepted', 'be accepted again');
    await tx
      .update(customers)
      .set({
        agreementAcceptedAt: ctx.now,
        agreementBy: 'customer',
        agreementAttestation: { ...input.person, date: ctx.now.toISOString().slice(0, 10) },
        version: customer.version + 1,
      })
      .where(eq(customers.id, customer.id));
    await closeRequest(ctx, tx, customer.id, 'replace');
    return { result: undefined, events: [{ type: 'agreement.accepted', customerId: customer.id, data: {} }] };
  });
}
