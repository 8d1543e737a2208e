import { newId, type PartnerOfContext } from '@clientele/db';
import type { EventType } from '@clientele/domain';
import type postgres from 'postgres';

const domain = 'alpineskihouse.example';
const company = 'Alpine Ski House';
const people = [
  { firstName: 'Nora', lastName: 'Weiss', email: `nora@${domain}`, role: 'global-admin', title: 'global admin of Alpine Ski House' },
  { firstName: 'Tim', lastName: 'Olsen', email: `tim@${domain}`, role: 'user', title: 'plain user of Alpine Ski House' },
] as const;

type Happened = [type: EventType, daysAgo: number, data: Record<string, unknown>, by: 'customer' | 'partner'];

/**
 * A customer that several partners serve, for its own page (/my): one with everything agreed, one that waits for the agreement, and a former one. Its
 * people sign in with the demo's password, or by a link that arrives in the inbox.
 */
export async function addOwnPage(owner: postgres.Sql, partner: PartnerOfContext, author: string, hash: string, now: Date) {
  const ago = (days: number) => new Date(now.getTime() - days * 86_400_000);
  const organizationId = newId();
  await owner`insert into organizations ${owner({ id: organizationId, cloud: partner.cloud, domain, created_at: ago(500) })}`;
  const ids: string[] = [];
  for (const { firstName, lastName, email, role } of people) {
    const id = newId();
    ids.push(id);
    await owner`insert into users ${owner({ id, name: `${firstName} ${lastName}`, email, language: 'en' })}`;
    await owner`insert into accounts ${owner({ id: newId(), account_id: id, provider_id: 'credential', user_id: id, password: hash })}`;
    await owner`insert into customer_users ${owner({ id: newId(), organization_id: organizationId, user_id: id, first_name: firstName, last_name: lastName, email, role, created_at: ago(500) })}`;
  }
  const [nora = ''] = ids;

  /** One partner's side: its row of the customer, and what happened between the two. */
  async function serve(of: { id: string; author: string }, row: Record<string, unknown>, events: Happened[], invited?: number) {
    const customerId = newId();
    await owner`insert into customers ${owner({
      ...{ id: customerId, partner_id: of.id, organization_id: organizationId, company_name: company, domain, country: 'CH' },
      address: owner.json({ line1: 'Bahnhofstrasse 4', city: 'Davos', postalCode: '7270' }),
      contact: owner.json({ firstName: 'Nora', lastName: 'Weiss', email: people[0].email }),
      ...{ language: 'en', created_at: row.relationship_since, agreement_by: row.agreement_accepted_at ? 'customer' : null },
      ...row,
    } as never)}`;
    const invitationId = invited === undefined ? null : newId();
    if (invitationId && invited !== undefined)
      await owner`insert into invitations ${owner({
        ...{ id: invitationId, partner_id: of.id, purpose: 'relationship', customer_id: customerId, email: people[0].email },
        ...{
          recipient_name: 'Nora Weiss',
          company_name: company,
          domain,
          language: 'en',
          delegated_admin: true,
          message: 'Please accept.',
        },
        ...{
          state: 'accepted',
          expires_at: ago(invited - 12),
          created_by: of.author,
          created_at: ago(invited + 2),
          answered_at: ago(invited),
        },
      })}`;
    for (const [index, [type, days, data, by]] of events.entries()) {
      const at = new Date(ago(days).getTime() + index * 2000);
      await owner`insert into events (id, partner_id, type, at, actor_kind, actor_id, customer_id, invitation_id, request_id, data, dispatched_at)
        values (uuidv7(${at.toISOString()}::timestamptz - now()), ${of.id}, ${type}, ${at}, ${by === 'customer' ? 'customer' : 'partner-user'},
          ${by === 'customer' ? nora : of.author}, ${customerId}, ${type === 'delegated_admin.taken_away' ? null : invitationId}, 'demo',
          ${owner.json((type === 'agreement.accepted' ? { invitationId } : data) as never)}, ${at})`;
    }
  }

  async function anotherPartner(name: string, webSite: string, email: string): Promise<{ id: string; author: string }> {
    const [id, userId] = [newId(), newId()];
    await owner`insert into partners ${owner({ id, name, type: 'direct-partner', cloud: partner.cloud, country: 'DE', web_site: webSite, created_at: ago(900) })}`;
    await owner`insert into users ${owner({ id: userId, name: 'Jan Keller', email, language: 'en' })}`;
    await owner`insert into accounts ${owner({ id: newId(), account_id: userId, provider_id: 'credential', user_id: userId, password: hash })}`;
    await owner`insert into partner_users ${owner({ partner_id: id, user_id: userId, roles: ['global-admin'], created_at: ago(900) })}`;
    return { id, author: userId };
  }

  await serve(
    { id: partner.id, author },
    {
      ...{ relationship: 'active', delegated_admin: true, relationship_since: ago(210), agreement_accepted_at: ago(210) },
      support_contact: 'Northwind service desk, +1 206 555 0100',
    },
    [
      ['agreement.accepted', 210, {}, 'customer'],
      ['invitation.accepted', 210, { delegatedAdmin: true }, 'customer'],
      ['relationship.established', 210, { delegatedAdmin: true }, 'customer'],
      ['delegated_admin.granted', 210, {}, 'customer'],
    ],
    210,
  );
  const second = await anotherPartner('Wide World Managed IT', 'https://wideworld-it.example', 'jan@wideworld-it.example');
  await serve(second, { relationship: 'active', delegated_admin: true, relationship_since: ago(30), agreement_accepted_at: null }, [
    ['relationship.established', 30, { delegatedAdmin: true }, 'partner'],
  ]);
  const third = await anotherPartner('Lamna Reselling', 'https://lamna.example', 'jan@lamna.example');
  await serve(
    third,
    {
      ...{ relationship: 'ended', delegated_admin: false, relationship_since: ago(480), relationship_ended_at: ago(120) },
      agreement_accepted_at: ago(480),
    },
    [
      ['agreement.accepted', 480, {}, 'customer'],
      ['invitation.accepted', 480, { delegatedAdmin: true }, 'customer'],
      ['relationship.established', 480, { delegatedAdmin: true }, 'customer'],
      ['delegated_admin.taken_away', 160, { because: 'customer' }, 'customer'],
      ['relationship.ended', 120, {}, 'partner'],
    ],
    480,
  );
  return people.map(({ firstName, lastName, email, title }) => ({ name: `${firstName} ${lastName}`, role: title, email }));
}
