import { newId } from '@clientele/db';
import { type Language, operationSteps } from '@clientele/domain';
import { defaultInvitationMessage } from '@clientele/mail';
import type postgres from 'postgres';

const [hour, day] = [3_600_000, 86_400_000];
/** How long answers took, in hours: most come within a day, some after the second reminder. */
const answerHours = [0.4, 0.7, 1.5, 2, 3, 3.5, 5, 6, 9, 11, 14, 20, 23, 26, 40, 60, 70, 100, 150, 190, 250];
/** Of those who have not accepted: who declined, and at whom time ran out. */
const others = [
  ...[
    'Alpine Toys',
    'Blue Yonder Airlines',
    'Coho Vineyard',
    'Consolidated Messenger',
    'Datum Foods',
    'Fabrikam Homes',
    'Humongous Insurance',
  ],
  ...[
    'Lamna Healthcare',
    'Munson’s Pickles',
    'Nod Publishers',
    'Olive Street Bank',
    'Tasmanian Traders',
    'Tierra Verde',
    'VanArsdel Motors',
  ],
];

interface Customer {
  id: string;
  company_name: string;
  domain: string;
  language: Language;
  contact: { firstName: string; lastName: string };
  created_at: Date;
}

/** A year of history for the charts: how the customers of that year came, by an invitation or by being added, and who was asked in vain. */
export async function addHistory(owner: postgres.Sql, partner: { id: string; name: string }, author: string, now: Date): Promise<void> {
  const came = await owner<Customer[]>`
    select id, company_name, domain, language, contact, created_at from customers
    where partner_id = ${partner.id} and relationship = 'active' and onboarding_operation_id is null
      and created_at > ${new Date(now.getTime() - 370 * day)} and created_at < ${new Date(now.getTime() - 3 * day)}
      and not exists (select from invitations i where i.customer_id = customers.id) order by created_at limit 600`;
  for (const [index, customer] of came.entries()) {
    if (index % 3 === 0) await addOperation(owner, partner.id, author, customer, index);
    else await addInvitation(owner, partner, author, customer, index);
  }
  for (let index = 0; index < Math.max(14, Math.round(came.length / 4)); index += 1) {
    const company_name = `${others[index % others.length]}${index < others.length ? '' : ` ${Math.floor(index / others.length) + 1}`}`;
    const created_at = new Date(now.getTime() - (20 + ((index * 37) % 340)) * day - (index % 9) * hour);
    const contact = { firstName: 'Robin', lastName: 'Dale' };
    await addInvitation(
      owner,
      partner,
      author,
      { id: '', company_name, domain: `asked-${index}.example`, language: 'en', contact, created_at },
      index,
    );
  }
}

/** An invitation of old with its mail, who opened it, and the answer. Without a customer it came to nothing. */
async function addInvitation(
  owner: postgres.Sql,
  partner: { id: string; name: string },
  author: string,
  customer: Customer,
  index: number,
): Promise<void> {
  const { company_name: companyName, domain, language, contact } = customer;
  const accepted = customer.id !== '';
  const took = accepted ? (answerHours[(index * 8) % answerHours.length] ?? 1) * hour : index % 2 ? 14 * day : 4 * day;
  const answered = accepted ? customer.created_at : new Date(customer.created_at.getTime() + took);
  const made = accepted ? new Date(customer.created_at.getTime() - took) : customer.created_at;
  const state = accepted ? 'accepted' : index % 2 ? 'expired' : 'declined';
  const recipientName = `${contact.firstName} ${contact.lastName}`;
  const [id, deliveryId, email] = [await idOf(owner, made), newId(), `it@${domain}`];
  const arrives = accepted || index % 7 !== 3;
  await owner`insert into invitations ${owner({
    ...{
      id,
      partner_id: partner.id,
      purpose: 'relationship',
      email,
      recipient_name: recipientName,
      company_name: companyName,
      domain,
      language,
    },
    ...{ customer_id: customer.id || null, delegated_admin: false, state, created_by: author, created_at: made, answered_at: answered },
    expires_at: new Date(made.getTime() + 14 * day),
    message: defaultInvitationMessage({ purpose: 'relationship', partnerName: partner.name, recipientName, companyName, language }),
  })}`;
  await owner`insert into deliveries ${owner({
    ...{ id: deliveryId, partner_id: partner.id, kind: 'invitation', invitation_id: id, recipient: email, language, facts: owner.json({}) },
    ...{ state: arrives ? 'sent' : 'failed', attempts: 1, next_attempt_at: made, message_id: `<${deliveryId}@clientele.mail>` },
    ...{ server_answer: arrives ? '250 2.0.0 OK' : '554 5.7.1 Message refused by policy', queued_at: made, sent_at: arrives ? made : null },
  })}`;
  const isOpened = accepted || state === 'declined' || index % 3 === 0;
  if (isOpened && arrives) {
    const at = new Date(answered.getTime() - Math.min(took / 2, 9 * 60_000));
    await owner`insert into invitation_visits ${owner({
      ...{ partner_id: partner.id, invitation_id: id, token_version: 1, visitor: 'person', first_at: at, last_at: at, times: 1 },
    })}`;
  }
  await happened(owner, partner.id, { invitation_id: id, customer_id: customer.id || null }, [
    ['invitation.created', made, ['partner-user', author], { purpose: 'relationship', delegatedAdmin: false }],
    ['mail.queued', made, ['partner-user', author], { deliveryId, kind: 'invitation' }],
    [arrives ? 'mail.sent' : 'mail.failed', new Date(made.getTime() + 2000), ['system', 'mail.send'], { deliveryId, kind: 'invitation' }],
    state === 'expired'
      ? ['invitation.expired', answered, ['system', 'invitations.expire'], {}]
      : [`invitation.${state}`, answered, ['customer', null], accepted ? { delegatedAdmin: false } : { hasReason: false }],
  ]);
}

/** The onboarding that has made a customer; some came to a halt once and went on when somebody tried again. */
async function addOperation(owner: postgres.Sql, partnerId: string, author: string, customer: Customer, index: number): Promise<void> {
  const begun = new Date(customer.created_at.getTime() - 4000);
  const id = await idOf(owner, begun);
  const halted = index % 21 === 0;
  const finished = new Date(customer.created_at.getTime() + (halted ? 2 * hour : 3000));
  const steps = operationSteps['customer-onboarding'].map((name) => ({
    ...{ name, state: 'done', attempts: halted && name === 'send_welcome_mail' ? 2 : 1, failure: null },
    ...{ startedAt: begun.toISOString(), finishedAt: finished.toISOString() },
  }));
  await owner`insert into operations ${owner({
    ...{
      id,
      partner_id: partnerId,
      kind: 'customer-onboarding',
      state: 'succeeded',
      subject: customer.company_name,
      customer_id: customer.id,
    },
    ...{ input: owner.json({}), steps: owner.json(steps), sign_in_name: `admin@${customer.domain}`, credentials_revealed_at: finished },
    ...{ created_by: author, created_at: begun, started_at: begun, finished_at: finished },
  })}`;
  const data = { operationId: id, kind: 'customer-onboarding' };
  await happened(owner, partnerId, { customer_id: customer.id, invitation_id: null }, [
    ...(halted
      ? [
          [
            'operation.failed',
            new Date(begun.getTime() + 9000),
            ['system', 'operation.run'],
            { ...data, step: 'send_welcome_mail', code: 'unexpected' },
          ] as Happening,
        ]
      : []),
    ['operation.succeeded', finished, ['system', 'operation.run'], data],
  ]);
}

/** An id as it was given at that time: lists go by them. */
async function idOf(owner: postgres.Sql, at: Date): Promise<string> {
  const [row] = await owner<{ id: string }[]>`select uuidv7(${at.toISOString()}::timestamptz - now()) as id`;
  return row?.id ?? newId();
}

type Happening = [type: string, at: Date, actor: [kind: string, id: string | null], data: object];

async function happened(
  owner: postgres.Sql,
  partnerId: string,
  about: { invitation_id: string | null; customer_id: string | null },
  all: Happening[],
): Promise<void> {
  for (const [type, at, [kind, actor], data] of all)
    await owner`insert into events (id, partner_id, type, at, actor_kind, actor_id, customer_id, invitation_id, request_id, data, dispatched_at)
      values (uuidv7(${at.toISOString()}::timestamptz - now()), ${partnerId}, ${type}, ${at}, ${kind}, ${actor}, ${about.customer_id}, ${about.invitation_id},
        'demo', ${owner.json(data as never)}, ${at})`;
}

/** Makes the figures from all that is here: what was written past the services has not told all of it. */
export async function countFigures(owner: postgres.Sql): Promise<void> {
  await owner`insert into figure_changes (partner_id, name, day, value) select p.id, d.name, d.day, d.value from partners p, figure_differences(p.id) d`;
}
