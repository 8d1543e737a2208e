import { newId } from '@clientele/db';
import { partnerUserInvitationDays, type Role } from '@clientele/domain';
import type postgres from 'postgres';

const hour = 3_600_000;
const day = 24 * hour;

/** Colleagues who have been here lately, one who has left, and people who are invited: a mail that arrived, one that came back, a link that ran out. */
export async function addPartnerUsers(owner: postgres.Sql, partnerId: string, admin: string, now: Date): Promise<void> {
  const ago = (ms: number) => new Date(now.getTime() - ms);
  await owner`update users set last_sign_in_at = ${ago(3 * day)} where id in (select user_id from partner_users where partner_id = ${partnerId})`;
  await owner`update users set last_sign_in_at = ${ago(2 * hour)} where id = ${admin}`;

  const left = newId();
  await owner`insert into users ${owner({ id: left, name: 'Piotr Nowak', email: 'piotr@northwind.example', language: 'en', last_sign_in_at: ago(64 * day) })}`;
  await owner`insert into partner_users ${owner({
    ...{ partner_id: partnerId, user_id: left, roles: ['sales-agent', 'helpdesk-agent'], created_at: ago(700 * day) },
    ...{ deactivated_at: ago(61 * day), deactivated_by: admin, version: 3 },
  })}`;
  await note('partner_user.roles_changed', ago(200 * day), {
    userId: left,
    changes: { roles: { from: 'sales-agent', to: 'sales-agent, helpdesk-agent' } },
  });
  await note('partner_user.deactivated', ago(61 * day), { userId: left, sessions: 1 });
  await note('access.elsewhere_refused', ago(2 * day), { thing: 'customer', given: newId(), times: 1 });

  // Other places where the admin is signed in, with the devices that people have.
  for (const [userAgent, address, since, seen] of [
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1',
      '198.51.100.24',
      9,
      1,
    ],
    ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0', '203.0.113.60', 5, 4],
  ] as const)
    await owner`insert into sessions ${owner({
      ...{ id: newId(), token: newId(), user_id: admin, user_agent: userAgent, ip_address: address },
      ...{ expires_at: new Date(now.getTime() + 3 * hour), created_at: ago(since * hour), updated_at: ago(seen * hour) },
    })}`;

  await invite('Grace Osei', 'grace@northwind.example', ['sales-agent'], 1, 'sent', '250 2.0.0 OK');
  await invite('高橋 由紀', 'yuki@northwind.example', ['admin-agent', 'helpdesk-agent'], 2, 'bounced', '550 5.1.1 No such user here');
  await invite('Tom Reed', 'tom@northwind.example', ['helpdesk-agent'], 12, 'sent', '250 2.0.0 OK');

  async function invite(
    name: string,
    email: string,
    roles: Role[],
    days: number,
    state: 'sent' | 'bounced',
    answer: string,
  ): Promise<void> {
    const [id, deliveryId] = [newId(), newId()];
    const at = ago(days * day);
    await owner`insert into partner_user_invitations ${owner({
      ...{ id, partner_id: partnerId, name, email, roles, language: 'en', state: 'pending', created_by: admin, created_at: at },
      expires_at: new Date(at.getTime() + partnerUserInvitationDays * day),
    })}`;
    await owner`insert into deliveries ${owner({
      ...{ id: deliveryId, partner_id: partnerId, kind: 'partner_user_invited', recipient: email, language: 'en', state, attempts: 1 },
      facts: owner.json({ userId: admin, partnerUserInvitationId: id }),
      ...{ next_attempt_at: at, message_id: `<${deliveryId}@clientele.mail>`, server_answer: answer, queued_at: at },
      sent_at: state === 'sent' ? at : null,
    })}`;
    await note('partner_user.invited', at, { partnerUserInvitationId: id, roles });
  }

  async function note(type: string, at: Date, data: object): Promise<void> {
    await owner`insert into events (id, partner_id, type, at, actor_kind, actor_id, request_id, data, dispatched_at)
      values (uuidv7(${at.toISOString()}::timestamptz - now()), ${partnerId}, ${type}, ${at}, 'partner-user', ${admin}, 'demo', ${owner.json(data as never)}, ${at})`;
  }
}
