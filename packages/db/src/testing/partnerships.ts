import type { PartnershipState } from '@clientele/domain';
import type { Sql } from 'postgres';
import { newId } from '../ids.ts';
import { insertRow } from './builders.ts';

/** A partnership of an indirect provider and an indirect reseller; active unless told. */
export async function aPartnership(
  sql: Sql,
  provider: { id: string },
  reseller: { id: string; name: string },
  more: Partial<{ state: PartnershipState; since: Date; invitationId: string }> = {},
): Promise<{ id: string }> {
  const now = new Date();
  const partnership = { id: newId(), state: 'active', since: now, ...more } as const;
  await insertRow(sql, 'partnerships', {
    ...partnership,
    providerId: provider.id,
    resellerId: partnership.state === 'requested' ? null : reseller.id,
    companyName: reseller.name,
    requestedBy: 'somebody',
    requestedAt: now,
    ...(partnership.state === 'removed' ? { removedAt: now, removedByPartner: provider.id } : {}),
  });
  return { id: partnership.id };
}
