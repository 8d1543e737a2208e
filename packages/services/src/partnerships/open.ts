import { type Context, invitations, partners, partnerUsers, read, users } from '@clientele/db';
import { invitationStateAt, type PartnershipAnswer, partnershipAnswer } from '@clientele/domain';
import { and, asc, eq, isNull, sql } from 'drizzle-orm';
import { type Base, contextOf, invalidLink, provenAs } from '../invitations/holders.ts';
import type { Links } from '../invitations/links.ts';
import { handOverOf } from '../invitations/open.ts';
import { activePartnershipOf, type RequestReader } from './answer.ts';

/** What the page of a request for a partnership shows. Reading it changes nothing, whoever or whatever reads. */
export async function openPartnershipRequest(base: Base, links: Links, token: string, reader: RequestReader) {
  const { ctx, invitationId } = await contextOf(base, links, token, reader?.userId ?? null);
  const open = await read(ctx, async (tx) => {
    const [invitation] = await tx.select().from(invitations).where(eq(invitations.id, invitationId));
    const proven = invitation && (await provenAs(tx, links, token, invitation));
    if (!invitation || !proven || invitation.purpose !== 'partnership') throw invalidLink();
    const isHandedOver = proven.as === 'handed_over';
    const [[author], [partner], handOver] = await Promise.all([
      tx.select({ name: users.name, email: users.email }).from(users).where(eq(users.id, invitation.createdBy)),
      tx.select().from(partners).where(eq(partners.id, ctx.partner.id)),
      handOverOf(tx, invitation),
    ]);
    const [active] = reader?.partner ? [await activePartnershipOf(tx, ctx.partner.id, reader.partner.id)] : [];
    const [accepted] = await tx.execute<{ id: string; reseller: string | null }>(
      sql`select id, reseller_id as reseller from partnerships where invitation_id = ${invitationId}`,
    );
    return {
      invitation,
      /** Whoever holds a link that was handed over learns that, and nothing of what became of the request then. */
      state: isHandedOver ? ('handed_over' as const) : invitationStateAt(invitation, ctx.now),
      handedOverAt: isHandedOver ? proven.at : null,
      handOver,
      partner: partner as NonNullable<typeof partner>,
      author: author ?? { name: '', email: '' },
      /** The reader's organisation is a reseller of this provider already, since then. */
      activeSince: active?.since ?? null,
      /** The partnership that the reader's own organisation has, by this request or another; told to its own people alone. */
      partnershipId: active?.id ?? (accepted?.reseller && accepted.reseller === reader?.partner?.id ? accepted.id : null),
      matchCode: links.matchCodeOf(invitation.id),
    };
  });
  const answer: PartnershipAnswer = partnershipAnswer(reader, ctx.partner.id);
  return {
    ...open,
    answer,
    /** Who of the reader's own organisation may accept, for somebody who may not. */
    admins: answer === 'role' && reader?.partner ? await globalAdminsOf({ ...ctx, partner: reader.partner }) : [],
  };
}

/** The names of an organisation's global admins, in the order in which they came. */
const globalAdminsOf = (ctx: Context): Promise<string[]> =>
  read(ctx, async (tx) => {
    const people = await tx
      .select({ name: users.name })
      .from(partnerUsers)
      .innerJoin(users, eq(users.id, partnerUsers.userId))
      .where(and(sql`'global-admin' = any(${partnerUsers.roles})`, isNull(partnerUsers.deactivatedAt)))
      .orderBy(asc(partnerUsers.createdAt))
      .limit(5);
    return people.map(({ name }) => name);
  });

/** What `openPartnershipRequest` gives. */
export type OpenPartnershipRequest = Awaited<ReturnType<typeof openPartnershipRequest>>;
