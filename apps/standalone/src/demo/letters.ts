import { type Context, newId } from '@clientele/db';
import { changeTemplate } from '@clientele/services';
import type postgres from 'postgres';

/** The partner's own words, addresses whose owners want no mail, and invitations that were brought to mind. */
export async function addLetters(owner: postgres.Sql, ctx: () => Context): Promise<void> {
  await changeTemplate(ctx(), {
    ...{ kind: 'invitation', language: 'en', version: 0 },
    subject: '{partner} would like to look after {company}',
    message: [
      'Dear {recipient},',
      'Thank you for the talk at the fair. As agreed, this is our request to look after the subscriptions of {company}.',
      'Please open the page below. It shows what we will be able to do, and what not.',
      '{link}',
      'Our service desk is there for you from Monday to Friday, 8 to 18.',
      'Kind regards,\n{partner}',
    ].join('\n\n'),
  });
  const { partner, now } = ctx();
  await remind(owner, partner.id, 'it@litware.example', now, 7);
  await remind(owner, partner.id, 'it@fourthcoffee.example', null, 2);
  await remind(owner, partner.id, 'it@wideworld.example', null, 2);
  await owner`insert into suppressions (partner_id, email, reason, delivery_id, since)
    select partner_id, lower(recipient), 'unsubscribed', id, queued_at + interval '3 days' from deliveries
    where partner_id = ${partner.id} and recipient in ('it@southridge.example', 'it@lucerne.example') and kind = 'invitation'
    on conflict do nothing`;
}

/** Plans the next reminder of an open invitation, after one that has gone out today if it is said when. */
async function remind(owner: postgres.Sql, partnerId: string, email: string, sentAt: Date | null, nextInDays: number): Promise<void> {
  const [invitation] = await owner<{ id: string; language: string }[]>`
    update invitations set next_reminder_at = now() + make_interval(days => ${nextInDays}), reminders_sent = ${sentAt ? 1 : 0}
    where partner_id = ${partnerId} and email = ${email} and state = 'pending' returning id, language`;
  if (!invitation || !sentAt) return;
  const deliveryId = newId();
  await owner`insert into deliveries ${owner({
    id: deliveryId,
    partner_id: partnerId,
    kind: 'invitation_reminder',
    invitation_id: invitation.id,
    recipient: email,
    language: invitation.language,
    facts: owner.json({}),
    state: 'sent',
    attempts: 1,
    next_attempt_at: sentAt,
    message_id: `<${deliveryId}@clientele.mail>`,
    server_answer: '250 2.0.0 OK',
    queued_at: sentAt,
    sent_at: sentAt,
  })}`;
  const happened: [string, string, object][] = [
    ['invitation.reminded', 'invitations.remind', { number: 1 }],
    ['mail.queued', 'invitations.remind', { deliveryId, kind: 'invitation_reminder' }],
    ['mail.sent', 'mail.send', { deliveryId, kind: 'invitation_reminder' }],
  ];
  for (const [type, actor, data] of happened)
    await owner`insert into events (id, partner_id, type, at, actor_kind, actor_id, invitation_id, request_id, data, dispatched_at)
      values (uuidv7('0'::interval), ${partnerId}, ${type}, ${sentAt}, 'system', ${actor}, ${invitation.id}, 'demo', ${owner.json(data as never)}, ${sentAt})`;
}
