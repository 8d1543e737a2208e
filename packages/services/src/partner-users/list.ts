import {
  type Context,
  deliveries,
  type PartnerUserInvitationRecord,
  partnerUserInvitations,
  read,
  type Transaction,
  users,
} from '@clientele/db';
import { and, asc, desc, eq, inArray, sql } from 'drizzle-orm';
import { demand } from '../access.ts';
import { loadPartnerUsers } from './load.ts';
import { viewPartnerUser, viewPartnerUserInvitation } from './view.ts';

/** Everybody who signs in for the partner, and who is invited to; whole, since a partner has hundreds of people and not thousands. */
export async function listPartnerUsers(ctx: Context) {
  demand(ctx, 'partner.manage');
  return read(ctx, async (tx) => {
    const people = await loadPartnerUsers(ctx, tx);
    const invited = await tx
      .select()
      .from(partnerUserInvitations)
      .where(and(eq(partnerUserInvitations.partnerId, ctx.partner.id), eq(partnerUserInvitations.state, 'pending')))
      .orderBy(asc(partnerUserInvitations.id));
    return {
      users: people.map((user) => viewPartnerUser(ctx, people, user)),
      invitations: await viewPartnerUserInvitations(ctx, tx, invited),
    };
  });
}

/** Invitations with who sent them and their newest mails. */
export async function viewPartnerUserInvitations(ctx: Context, tx: Transaction, invited: readonly PartnerUserInvitationRecord[]) {
  if (invited.length === 0) return [];
  const of = sql<string>`${deliveries.facts}->>'partnerUserInvitationId'`;
  const mails = await tx
    .selectDistinctOn([of])
    .from(deliveries)
    .where(
      and(
        eq(deliveries.partnerId, ctx.partner.id),
        eq(deliveries.kind, 'partner_user_invited'),
        inArray(
          of,
          invited.map(({ id }) => id),
        ),
      ),
    )
    .orderBy(of, desc(deliveries.queuedAt), desc(deliveries.id));
  const authors = await tx
    .select({ id: users.id, name: users.name })
    .from(users)
    .where(inArray(users.id, [...new Set(invited.map(({ createdBy }) => createdBy))]));
  return invited.map((record) =>
    viewPartnerUserInvitation(ctx, record, {
      invitedBy: authors.find(({ id }) => id === record.createdBy)?.name ?? '',
      mail: mails.find(({ facts }) => facts.partnerUserInvitationId === record.id),
    }),
  );
}
