import { newId } from '@clientele/db';
import type postgres from 'postgres';

const minute = 60_000;
const day = 24 * 60 * minute;

interface Seen {
  visitor: 'machine' | 'unclear' | 'person';
  /** Minutes after the mail. */
  after: number;
  until?: number;
  times?: number;
}

/** Whose pages were opened by whom, by the domain of their invitation. */
const visits: Record<string, Seen[]> = {
  'litware.example': [
    { visitor: 'machine', after: 0.05, until: 90, times: 3 },
    { visitor: 'person', after: 42 },
  ],
  'wideworld.example': [{ visitor: 'machine', after: 0.05, until: 240, times: 4 }],
  'margiestravel.example': [
    { visitor: 'machine', after: 0.05, times: 2 },
    { visitor: 'person', after: 400 },
  ],
  'southridge.example': [{ visitor: 'person', after: 2 * 24 * 60 - 5 }],
  'citypower.example': [{ visitor: 'person', after: 2 * 24 * 60 - 9 }],
};

/** Invitations whose pages scanners or people have opened, and one whose recipient has named somebody else. */
export async function addVisits(owner: postgres.Sql, partnerId: string, now: Date): Promise<void> {
  for (const [domain, seen] of Object.entries(visits)) {
    const [invitation] = await owner<{ id: string; created_at: Date }[]>`select id, created_at from invitations where domain = ${domain}`;
    if (!invitation) throw new Error(`The demo has no invitation of ${domain}.`);
    const at = (minutes: number) => new Date(invitation.created_at.getTime() + minutes * minute);
    for (const { visitor, after, until = after, times = 1 } of seen)
      await owner`insert into invitation_visits ${owner({
        partner_id: partnerId,
        invitation_id: invitation.id,
        token_version: 1,
        visitor,
        first_at: at(after),
        last_at: at(until),
        times,
      })}`;
    if (domain === 'margiestravel.example') await nameSomebodyElse(owner, partnerId, invitation.id, new Date(now.getTime() - day / 2));
  }
}

async function nameSomebodyElse(owner: postgres.Sql, partnerId: string, invitationId: string, at: Date): Promise<void> {
  const id = newId();
  await owner`insert into invitation_hand_overs ${owner({
    id,
    partner_id: partnerId,
    invitation_id: invitationId,
    name: 'Ana Ruiz',
    email: 'ana.ruiz@margiestravel.example',
    note: 'Ana looks after our accounts. I am only the front desk.',
    state: 'pending',
    token_version: 1,
    created_at: at,
  })}`;
  await owner`update invitation_visits set continued_at = ${at}, last_at = ${at} where invitation_id = ${invitationId} and visitor = 'person'`;
  await owner`insert into events (id, partner_id, type, at, actor_kind, actor_id, invitation_id, request_id, data, dispatched_at)
    values (uuidv7(${at.toISOString()}::timestamptz - now()), ${partnerId}, 'invitation.hand_over_requested', ${at}, 'customer', null, ${invitationId}, 'demo', ${owner.json({ handOverId: id })}, ${at})`;
}
