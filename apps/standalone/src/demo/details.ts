import { type Context, newId } from '@clientele/db';
import { addPurchase, addSubscription, askAgreement, changeQuantity, changeSubscription, editCustomer } from '@clientele/services';
import type postgres from 'postgres';

interface Shown {
  companyName: string;
  domain: string;
  contact: { firstName: string; lastName: string; email: string };
  agreement: boolean;
  language?: 'en' | 'ja';
}

const shown = {
  asked: {
    companyName: 'Tailspin Toys',
    domain: 'tailspin.example',
    contact: { firstName: 'Mary', lastName: 'Kay', email: 'mary@tailspin.example' },
    agreement: false,
  },
  undelivered: {
    companyName: 'ウィングチップ玩具株式会社',
    domain: 'wingtip.example',
    contact: { firstName: '美咲', lastName: '小林', email: 'misaki@wingtip.example' },
    agreement: false,
    language: 'ja',
  },
  unasked: {
    companyName: "Munson's Pickles and Preserves Farm",
    domain: 'munsons.example',
    contact: { firstName: 'Ian', lastName: 'Hall', email: 'ian@munsons.example' },
    agreement: false,
  },
  live: {
    companyName: 'Blue Yonder Airlines',
    domain: 'blueyonder.example',
    contact: { firstName: 'Lee', lastName: 'Gu', email: 'lee@blueyonder.example' },
    agreement: true,
  },
  // A name like another one's, for the warning of a second account.
  alike: {
    companyName: 'Tailspin Toys GmbH',
    domain: 'tailspin-toys.example',
    contact: { firstName: 'Jens', lastName: 'Weiß', email: 'jens@tailspin-toys.example' },
    agreement: true,
  },
} as const satisfies Record<string, Shown>;

/** Customers whose details, agreement and purchases are in the states that a person comes to see: asked, refused by the mail server, live, alike. */
export async function addDetails(owner: postgres.Sql, ctx: () => Context, author: string): Promise<void> {
  const ids = {} as Record<keyof typeof shown, string>;
  for (const [name, one] of Object.entries(shown) as [keyof typeof shown, Shown][]) ids[name] = await addCustomer(owner, ctx(), one);

  const { contact } = shown.asked;
  await askAgreement(ctx(), {
    ...{ customerId: ids.asked, email: contact.email, recipientName: `${contact.firstName} ${contact.lastName}` },
    sendMail: true,
  });
  await refusedRequest(owner, ctx(), ids.undelivered, author);

  await addSubscription(ctx(), { customerId: ids.live, productId: 'azure-plan', quantity: 1 });
  const seats = await addSubscription(ctx(), { customerId: ids.live, productId: 'm365-business-standard', quantity: 40 });
  const basic = await addSubscription(ctx(), { customerId: ids.live, productId: 'm365-business-basic', quantity: 12 });
  await changeQuantity(ctx(), { customerId: ids.live, subscriptionId: seats.id, quantity: 55, version: seats.version });
  await changeSubscription(ctx(), { customerId: ids.live, subscriptionId: basic.id, command: 'suspend' });
  await addPurchase(ctx(), { customerId: ids.live, productId: 'vm-reservation-3y', quantity: 4 });
  await addPurchase(ctx(), { customerId: ids.live, productId: 'sql-server-2025', quantity: 2 });
  await editCustomer(ctx(), {
    ...{
      customerId: ids.live,
      version: 1,
      specialQualification: 'non-profit',
      supportContact: 'Northwind service desk',
      tags: ['key account'],
    },
    notes: 'Renewal of the reserved machines is due with the next fleet plan.',
  });
  await editCustomer(ctx(), { customerId: ids.live, version: 2, language: 'ja' });
}

async function addCustomer(owner: postgres.Sql, { partner, now }: Context, one: Shown): Promise<string> {
  const [id, organizationId] = [newId(), newId()];
  const since = new Date(now.getTime() - 40 * 86_400_000);
  await owner`insert into organizations ${owner({ id: organizationId, cloud: partner.cloud, domain: one.domain, created_at: since })}`;
  await owner`insert into customers ${owner({
    id,
    partner_id: partner.id,
    organization_id: organizationId,
    company_name: one.companyName,
    domain: one.domain,
    country: one.language === 'ja' ? 'JP' : 'US',
    address: owner.json(
      one.language === 'ja'
        ? { line1: '丸の内1-1', city: '千代田区', state: '13', postalCode: '100-0005' }
        : { line1: '400 Broad Street', city: 'Seattle', state: 'WA', postalCode: '98109' },
    ),
    contact: owner.json(one.contact),
    language: one.language ?? 'en',
    relationship: 'active',
    delegated_admin: true,
    relationship_since: since,
    agreement_accepted_at: one.agreement ? since : null,
    agreement_by: one.agreement ? 'partner' : null,
    created_at: since,
  })}`;
  await owner`insert into customer_users ${owner({
    id: newId(),
    organization_id: organizationId,
    first_name: one.contact.firstName,
    last_name: one.contact.lastName,
    email: `admin@${one.domain}`,
    role: 'global-admin',
    created_at: since,
  })}`;
  return id;
}

/** A request whose mail another mail server has refused. */
async function refusedRequest(owner: postgres.Sql, { partner, now }: Context, customerId: string, author: string): Promise<void> {
  const [id, deliveryId] = [newId(), newId()];
  const at = new Date(now.getTime() - 2 * 86_400_000);
  const { contact } = shown.undelivered;
  await owner`insert into agreement_requests ${owner({
    id,
    partner_id: partner.id,
    customer_id: customerId,
    email: contact.email,
    recipient_name: `${contact.lastName} ${contact.firstName}`,
    language: 'ja',
    state: 'pending',
    expires_at: new Date(at.getTime() + 30 * 86_400_000),
    created_by: author,
    created_at: at,
  })}`;
  await owner`insert into deliveries ${owner({
    id: deliveryId,
    partner_id: partner.id,
    kind: 'agreement_request',
    customer_id: customerId,
    recipient: contact.email,
    language: 'ja',
    facts: owner.json({ userId: author, agreementRequestId: id }),
    state: 'bounced',
    attempts: 1,
    next_attempt_at: at,
    message_id: `<${deliveryId}@clientele.mail>`,
    server_answer: '550 5.1.1 The mailbox does not exist',
    queued_at: at,
  })}`;
  const happened: [string, Date, object][] = [
    ['agreement.requested', at, { agreementRequestId: id }],
    ['mail.queued', at, { deliveryId, kind: 'agreement_request' }],
    ['mail.bounced', new Date(at.getTime() + 2000), { deliveryId, kind: 'agreement_request' }],
  ];
  for (const [type, when, data] of happened)
    await owner`insert into events (id, partner_id, type, at, actor_kind, actor_id, customer_id, request_id, data, dispatched_at)
      values (uuidv7(${when.toISOString()}::timestamptz - now()), ${partner.id}, ${type}, ${when}, ${type.startsWith('mail') ? 'system' : 'partner-user'}, ${type.startsWith('mail') ? 'mail.send' : author}, ${customerId}, 'demo', ${owner.json(data as never)}, ${when})`;
}
