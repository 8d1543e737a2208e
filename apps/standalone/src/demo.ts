import { type Context, copyIn, newId, openDatabase, type PartnerOfContext } from '@clientele/db';
import type { DeliveryState, InvitationState, Language, Role } from '@clientele/domain';
import { defaultInvitationMessage } from '@clientele/mail';
import type { ReadyConfig } from '@clientele/runtime';
import { addCustomer, createCloudHosts, createInvitation, createLinks, endRelationship, requestRelationship } from '@clientele/services';
import { hashPassword } from 'better-auth/crypto';
import postgres from 'postgres';
import { addApiKeys } from './demo/api-keys.ts';
import { addBusinessProfiles } from './demo/business-profiles.ts';
import { type DemoCustomer, demoCustomer } from './demo/customers.ts';
import { addDelegatedAdmin } from './demo/delegated-admin.ts';
import { addDetails } from './demo/details.ts';
import { addEnds } from './demo/ends.ts';
import { addHistory, countFigures } from './demo/figures.ts';
import { addImports } from './demo/imports.ts';
import { addLeads } from './demo/leads.ts';
import { addLetters } from './demo/letters.ts';
import { addBulkWork } from './demo/operations.ts';
import { addOrders } from './demo/orders.ts';
import { addOwnPage } from './demo/own-page.ts';
import { addPartnerUsers } from './demo/partner-users.ts';
import { addPartnerships, askReseller } from './demo/partnerships.ts';
import { addProviderRequests } from './demo/provider-requests.ts';
import { addVisits } from './demo/visits.ts';

/** Someone who can sign in to the demo. */
export interface DemoAccount {
  name: string;
  role: string;
  email: string;
  password: string;
  /** A customer's person signs in on the customer's own page. */
  isCustomer?: true;
}

export interface DemoOptions {
  databaseUrl: string;
  config: ReadyConfig;
  /** Told how far it is. */
  log: (sentence: string) => void;
  /** How many customers the demo partner has. */
  customers: number;
}

const password = 'welcome to the demo';
const staff: { name: string; email: string; roles: Role[]; role: string; language: 'en' | 'ja' }[] = [
  { name: 'Aiko Tanaka', email: 'aiko@northwind.example', roles: ['global-admin'], role: 'global admin', language: 'en' },
  { name: 'Marco Bianchi', email: 'marco@northwind.example', roles: ['admin-agent'], role: 'admin agent', language: 'en' },
  { name: 'Sara Lind', email: 'sara@northwind.example', roles: ['sales-agent'], role: 'sales agent', language: 'en' },
  { name: '山本 健', email: 'ken@northwind.example', roles: ['helpdesk-agent'], role: 'helpdesk agent', language: 'ja' },
  { name: 'Naomi Sato', email: 'naomi@northwind.example', roles: ['global-admin'], role: 'global admin', language: 'en' },
];

/** Fills an empty database with a demo partner and customers in every state; answers who can sign in. */
export async function seedDemo({ databaseUrl, config, log, customers }: DemoOptions): Promise<DemoAccount[]> {
  const now = new Date();
  const owner = postgres(databaseUrl, { max: 2, onnotice: () => {} });
  try {
    const partner: PartnerOfContext = { id: newId(), name: 'Northwind Cloud', type: 'indirect-provider', cloud: 'public', country: 'US' };
    const people = await addStaff(owner, partner, now);
    await loadCustomers(databaseUrl, owner, partner, customers, now, log);
    await addInvitations(owner, partner, people[0]?.id ?? '', now);
    await addVisits(owner, partner.id, now);
    // After the many: those get users of their own, by what is in the table.
    const served = await addOwnPage(owner, partner, people[0]?.id ?? '', await hashPassword(password), now);
    await addPartnerUsers(owner, partner.id, people[0]?.id ?? '', now);
    const partnered = await addPartnerships(owner, partner, people[0]?.id ?? '', await hashPassword(password), now);
    await addLeads(owner, partner.id, people, now);
    await addProviderRequests(owner, partner, { id: people[0]?.id ?? '', name: people[0]?.name ?? '' }, now);
    await startWork(owner, databaseUrl, config, partner, people);
    const { third } = partnered;
    if (third) await withApi(databaseUrl, (db) => askReseller({ db }, createLinks(createCloudHosts(config).of(partner.cloud)), third));
    await addOrders(owner, partner, people[0]?.id ?? '', new Date());
    await addHistory(owner, partner, people[0]?.id ?? '', now);
    await countFigures(owner);
    return [
      ...staff.map(({ name, role, email }) => ({ name, role, email, password })),
      ...(partnered.account ? [{ ...partnered.account, password }] : []),
      ...served.map((person) => ({ ...person, password, isCustomer: true as const })),
    ];
  } finally {
    await owner.end();
  }
}

/** With a connection that has the API's rights. */
async function withApi(url: string, work: (db: ReturnType<typeof openDatabase>) => Promise<void>): Promise<void> {
  const db = openDatabase({ url, role: 'clientele_api', connections: 1 });
  await work(db).finally(() => db.close());
}

async function addStaff(owner: postgres.Sql, partner: PartnerOfContext, now: Date) {
  const hash = await hashPassword(password);
  const begun = new Date(now.getTime() - 800 * 86_400_000);
  await owner`insert into partners ${owner({ ...partner, web_site: 'https://northwind.example', created_at: begun })}`;
  const people = staff.map((person) => ({ ...person, id: newId() }));
  for (const { id, name, email, roles, language } of people) {
    await owner`insert into users ${owner({ id, name, email, language, email_verified: true })}`;
    await owner`insert into accounts ${owner({ id: newId(), account_id: id, provider_id: 'credential', user_id: id, password: hash })}`;
    await owner`insert into partner_users ${owner({ partner_id: partner.id, user_id: id, roles, created_at: begun })}`;
  }
  return people;
}

/** The many customers, by COPY: a million in some minutes, most of it the indexes. */
async function loadCustomers(
  url: string,
  owner: postgres.Sql,
  partner: PartnerOfContext,
  count: number,
  now: Date,
  log: (sentence: string) => void,
): Promise<void> {
  const ids: [string, string][] = [];
  const resellers: string[] = [];
  for (const name of ['Bellows Reselling', 'Margie IT', '青葉リセラー']) {
    const reseller = { id: newId(), name, type: 'indirect-reseller', cloud: partner.cloud, country: partner.country, created_at: now };
    await owner`insert into partners ${owner(reseller)}`;
    resellers.push(reseller.id);
  }
  function* organizations(): Generator<string[]> {
    for (let n = 0; n < count; n += 1) {
      const customer = demoCustomer(n, now);
      ids.push([customer.id, customer.organizationId]);
      yield [customer.organizationId, partner.cloud, customer.domain, customer.createdAt.toISOString()];
    }
  }
  function* customers(): Generator<(string | null)[]> {
    for (let n = 0; n < count; n += 1) {
      const [id = '', organizationId = ''] = ids[n] ?? [];
      const customer = { ...demoCustomer(n, now), id, organizationId };
      // The first ones have a history that begins with the agreement.
      yield customerCells(customer, partner.id, resellers[n % (resellers.length + 2)] ?? null, n < 2000 || n % 29 !== 0);
    }
  }
  let told = 0;
  /** Twice a second is enough for the eye, and for a log. */
  const tell = (what: string, rows: number) => {
    if (rows < count && performance.now() - told < 500) return;
    told = performance.now();
    log(`${what}, ${figure(rows)}`);
  };
  const figure = (rows: number) => `${rows.toLocaleString('en')} of ${count.toLocaleString('en')}`;
  await copyIn(url, 'organizations (id, cloud, domain, created_at)', organizations(), (rows) => tell('organisations', rows));
  await copyIn(
    url,
    'customers (id, partner_id, organization_id, company_name, domain, country, address, contact, language, tags, notes, support_contact, relationship, delegated_admin, relationship_since, relationship_ended_at, agreement_accepted_at, agreement_by, indirect_reseller_id, created_at)',
    customers(),
    (rows) => tell('customers', rows),
  );
  log('subscriptions and history');
  // The first customers get what a person looks at: subscriptions, users and a history.
  const most = Math.min(count, 2000);
  await owner`
    insert into subscriptions (id, partner_id, customer_id, product_id, quantity, state, created_at)
    select gen_random_uuid(), c.partner_id, c.id, p.product, p.quantity, case when c.relationship = 'ended' or p.suspended then 'suspended' else 'active' end, c.created_at + interval '10 minutes'
    from (select *, row_number() over (order by id) as n from customers order by id limit ${most}) c,
      lateral (values ('azure-plan', 1, c.n % 7 = 0), ('m365-business-standard', (c.n * 7 % 90 + 1)::int, c.n % 5 = 0), ('m365-e3', (c.n * 13 % 400 + 5)::int, false)) p(product, quantity, suspended)
    where (p.product <> 'm365-e3' or c.n % 4 = 0) and (p.product <> 'm365-business-standard' or c.n % 3 <> 0)`;
  await owner`
    insert into customer_users (id, organization_id, first_name, last_name, email, role, created_at)
    select gen_random_uuid(), organization_id, contact->>'firstName', contact->>'lastName', 'admin@' || domain, 'global-admin', created_at from customers order by id limit ${most}
    -- The customer with a page of its own is there already, for each of its partners.
    on conflict do nothing`;
  await owner`
    insert into events (id, partner_id, type, at, actor_kind, actor_id, customer_id, request_id, data, dispatched_at)
    select uuidv7(e.at - now()), c.partner_id, e.type, e.at, 'partner-user', (select user_id from partner_users where partner_id = c.partner_id order by user_id offset c.n % 3 limit 1), c.id, 'demo', e.data, e.at
    from (select *, row_number() over (order by id) as n from customers order by id limit ${most}) c,
      lateral (values ('customer.created', c.created_at, jsonb_build_object('domain', c.domain)), ('agreement.attested', c.created_at + interval '2 seconds', jsonb_build_object('date', c.created_at::date)),
        ('relationship.established', c.created_at + interval '3 seconds', jsonb_build_object('delegatedAdmin', c.delegated_admin)), ('relationship.ended', c.relationship_ended_at, '{}'::jsonb)) e(type, at, data)
    where e.at is not null`;
  await owner`analyze`;
}

function customerCells(customer: DemoCustomer, partnerId: string, resellerId: string | null, agreed: boolean): (string | null)[] {
  const since = customer.createdAt.toISOString();
  const ended = customer.relationship === 'ended';
  return [
    customer.id,
    partnerId,
    customer.organizationId,
    customer.companyName,
    customer.domain,
    customer.country,
    JSON.stringify(customer.address),
    JSON.stringify(customer.contact),
    customer.language,
    `{${customer.tags.map((tag) => `"${tag}"`).join(',')}}`,
    customer.notes,
    ended ? null : 'Northwind service desk',
    customer.relationship,
    customer.delegatedAdmin ? 't' : 'f',
    since,
    ended ? new Date(customer.createdAt.getTime() + (Date.now() - customer.createdAt.getTime()) / 2).toISOString() : null,
    agreed ? since : null,
    agreed ? 'partner' : null,
    resellerId,
    since,
  ];
}

interface DemoInvitation {
  company: string;
  recipient: string;
  domain: string;
  state: InvitationState;
  mail: DeliveryState;
  answer: string | null;
  daysAgo: number;
  language?: 'en' | 'ja';
  reason?: string;
  /** The mail was taken, and a delivery report came in hours later: it came back, or it is still being tried. */
  report?: 'returned' | 'delayed';
}

const invitationsShown: DemoInvitation[] = [
  {
    company: 'Litware Instruments',
    recipient: 'Paula Gomez',
    domain: 'litware.example',
    state: 'pending',
    mail: 'sent',
    answer: '250 2.0.0 OK',
    daysAgo: 3,
  },
  {
    company: 'ワイドワールド輸入株式会社',
    recipient: '中村 恵',
    domain: 'wideworld.example',
    state: 'pending',
    mail: 'sent',
    answer: '250 2.0.0 OK',
    daysAgo: 1,
    language: 'ja',
  },
  {
    company: 'Margie’s Travel',
    recipient: 'Milo Berg',
    domain: 'margiestravel.example',
    state: 'pending',
    mail: 'sent',
    answer: '250 2.0.0 OK',
    daysAgo: 2,
  },
  {
    company: 'Graphic Design Institute',
    recipient: 'Tom Reyes',
    domain: 'graphicdesign.example',
    state: 'pending',
    mail: 'bounced',
    answer: '550 5.1.1 The mailbox does not exist',
    daysAgo: 2,
  },
  {
    company: 'Fourth Coffee',
    recipient: 'Nina Holm',
    domain: 'fourthcoffee.example',
    state: 'pending',
    mail: 'failed',
    answer: '554 5.7.1 Message refused by policy',
    daysAgo: 4,
  },
  {
    company: 'Relecloud Media',
    recipient: 'Sven Mortensen',
    domain: 'relecloud.example',
    state: 'pending',
    mail: 'bounced',
    answer: '550 5.1.1 <it@relecloud.example>: Recipient address rejected: User unknown',
    daysAgo: 2,
    report: 'returned',
  },
  {
    company: 'アルパインスキーハウス株式会社',
    recipient: '斎藤 健太',
    domain: 'alpineskihouse.example',
    state: 'pending',
    mail: 'failed',
    answer: '552 5.2.2 The recipient’s mailbox is full',
    daysAgo: 3,
    language: 'ja',
    report: 'returned',
  },
  {
    company: 'Proseware Labs',
    recipient: 'Dana Birkby',
    domain: 'proseware.example',
    state: 'pending',
    mail: 'sent',
    answer: '451 4.4.1 Connection timed out, will be tried again for 3 days',
    daysAgo: 1,
    report: 'delayed',
  },
  {
    company: 'City Power & Light',
    recipient: 'Omar Haddad',
    domain: 'citypower.example',
    state: 'accepted',
    mail: 'sent',
    answer: '250 2.0.0 OK',
    daysAgo: 20,
  },
  {
    company: 'Southridge Video',
    recipient: 'Ivy Chen',
    domain: 'southridge.example',
    state: 'declined',
    mail: 'sent',
    answer: '250 2.0.0 OK',
    daysAgo: 9,
    reason: 'We already work with another partner.',
  },
  {
    company: 'Lucerne Publishing',
    recipient: 'Jan Keller',
    domain: 'lucerne.example',
    state: 'revoked',
    mail: 'sent',
    answer: '250 2.0.0 OK',
    daysAgo: 12,
  },
  {
    company: 'Adventure Works',
    recipient: 'Beth Ito',
    domain: 'adventure-works.example',
    state: 'expired',
    mail: 'sent',
    answer: '250 2.0.0 OK',
    daysAgo: 30,
  },
];

/** Invitations in every state that takes time or another mail server to reach. */
async function addInvitations(owner: postgres.Sql, partner: PartnerOfContext, author: string, now: Date): Promise<void> {
  for (const shown of invitationsShown) {
    const at = new Date(now.getTime() - shown.daysAgo * 86_400_000);
    const [id, deliveryId, language] = [newId(), newId(), shown.language ?? 'en'];
    const answered = shown.state === 'pending' ? null : new Date(at.getTime() + (shown.state === 'expired' ? 14 : 2) * 86_400_000);
    const email = `it@${shown.domain}`;
    const reportedAt = new Date(at.getTime() + 3 * 3_600_000);
    await owner`insert into invitations ${owner({
      id,
      partner_id: partner.id,
      purpose: 'relationship',
      email,
      recipient_name: shown.recipient,
      company_name: shown.company,
      domain: shown.domain,
      language,
      delegated_admin: shown.daysAgo % 2 === 0,
      message: defaultInvitationMessage({
        purpose: 'relationship',
        partnerName: partner.name,
        recipientName: shown.recipient,
        companyName: shown.company,
        language,
      }),
      state: shown.state,
      expires_at: new Date(at.getTime() + 14 * 86_400_000),
      created_by: author,
      created_at: at,
      answered_at: answered,
      decline_reason: shown.reason ?? null,
    })}`;
    await owner`insert into deliveries ${owner({
      id: deliveryId,
      partner_id: partner.id,
      kind: 'invitation',
      invitation_id: id,
      recipient: email,
      language,
      facts: owner.json({}),
      state: shown.mail,
      attempts: 1,
      next_attempt_at: at,
      message_id: `<${deliveryId}@clientele.mail>`,
      server_answer: shown.answer,
      queued_at: at,
      sent_at: shown.mail === 'sent' || shown.report ? at : null,
      returned_at: shown.report === 'returned' ? reportedAt : null,
      delayed_at: shown.report === 'delayed' ? reportedAt : null,
    })}`;
    if (shown.mail === 'bounced')
      await owner`insert into suppressions ${owner({
        partner_id: partner.id,
        email,
        reason: 'bounced',
        delivery_id: deliveryId,
        server_answer: shown.answer,
        since: shown.report ? reportedAt : at,
      })}`;
    const happened: [string, Date, object][] = [
      ['invitation.created', at, { purpose: 'relationship', delegatedAdmin: shown.daysAgo % 2 === 0 }],
      ['mail.queued', at, { deliveryId, kind: 'invitation' }],
      [`mail.${shown.report ? 'sent' : shown.mail}`, new Date(at.getTime() + 2000), { deliveryId, kind: 'invitation' }],
      ...(shown.report === 'returned'
        ? [[`mail.${shown.mail}`, reportedAt, { deliveryId, kind: 'invitation', learned: 'report' }] as [string, Date, object]]
        : []),
      ...(shown.report === 'delayed' ? [['mail.delayed', reportedAt, { deliveryId, kind: 'invitation' }] as [string, Date, object]] : []),
      ...(shown.mail === 'bounced'
        ? [
            ['mail.suppressed', new Date((shown.report ? reportedAt : at).getTime() + 2000), { because: 'bounced', deliveryId }] as [
              string,
              Date,
              object,
            ],
          ]
        : []),
      ...(answered
        ? [[`invitation.${shown.state}`, answered, shown.state === 'declined' ? { hasReason: true } : {}] as [string, Date, object]]
        : []),
    ];
    for (const [type, when, data] of happened) {
      const [kind, actor] = actorOf(type, author);
      await owner`insert into events (id, partner_id, type, at, actor_kind, actor_id, invitation_id, request_id, data, dispatched_at)
        values (uuidv7(${when.toISOString()}::timestamptz - now()), ${partner.id}, ${type}, ${when}, ${kind}, ${actor}, ${id}, 'demo', ${owner.json(data as never)}, ${when})`;
    }
  }
}

/** Whose doing it is: the mail server's word is written down by a job, the customer answers, and time runs out by itself. */
function actorOf(type: string, author: string): [kind: string, id: string | null] {
  if (type.startsWith('mail')) return ['system', 'mail.send'];
  if (type === 'invitation.expired') return ['system', 'invitations.expire'];
  return type === 'invitation.accepted' || type === 'invitation.declined' ? ['customer', null] : ['partner-user', author];
}

/** What the worker does before a person's eyes once it runs: an onboarding, one that fails, an end, and an invitation to accept in the inbox. */
async function startWork(
  owner: postgres.Sql,
  url: string,
  config: ReadyConfig,
  partner: PartnerOfContext,
  people: { id: string; name: string; email: string; roles: Role[] }[],
): Promise<void> {
  const db = openDatabase({ url, role: 'clientele_api', connections: 2 });
  const [admin] = people;
  if (!admin) return;
  // An address that is kept for examples.
  const origin = { ip: '203.0.113.24', userAgent: 'Mozilla/5.0 (demo)' };
  const ctx = (): Context => ({ db, partner, actor: { kind: 'partner-user', ...admin }, requestId: 'demo', origin, now: new Date() });
  const links = createLinks(createCloudHosts(config).of(partner.cloud));
  // The rows of an import are checked and written by the worker's role.
  const worker = openDatabase({ url, role: 'clientele_worker', connections: 2 });
  try {
    await addImports({ ask: ctx, work: () => ({ ...ctx(), db: worker }) });
    const order = (companyName: string, domainPrefix: string) => ({
      companyName,
      domainPrefix,
      country: 'US',
      address: { line1: '100 Pine Street', city: 'Seattle', state: 'WA', postalCode: '98101' },
      contact: { firstName: 'Ada', lastName: 'Moreno', email: `ada@${domainPrefix}.example` },
      language: 'en' as const,
      agreement: {
        by: 'partner' as const,
        firstName: 'Ada',
        lastName: 'Moreno',
        email: `ada@${domainPrefix}.example`,
        date: new Date().toISOString().slice(0, 10),
      },
      subscriptions: [
        { productId: 'azure-plan', quantity: 1 },
        { productId: 'm365-business-basic', quantity: 25 },
      ],
    });
    await addCustomer(ctx(), order('Contoso Robotics', 'contoso-robotics'));
    // Two orders for one domain at the same moment: the second will fail at "reserve domain", and says why.
    await Promise.all([
      addCustomer(ctx(), order('Trey Research', 'trey-research')),
      addCustomer(ctx(), order('Trey Research (again)', 'trey-research')),
    ]);
    await createInvitation(ctx(), links, {
      email: 'it@bellows.example',
      recipientName: 'Ren Okada',
      companyName: 'Bellows College',
      domain: 'bellows.example',
      language: 'en',
      delegatedAdmin: true,
      message: defaultInvitationMessage({
        purpose: 'relationship',
        partnerName: partner.name,
        recipientName: 'Ren Okada',
        companyName: 'Bellows College',
        language: 'en',
      }),
      sendMail: true,
    });
    const [imported] = await owner<{ id: string; companyName: string; language: Language }[]>`
      select id, company_name as "companyName", language from customers where partner_id = ${partner.id} and relationship = 'none' order by id limit 1`;
    if (imported)
      await requestRelationship(ctx(), links, {
        customerId: imported.id,
        message: defaultInvitationMessage({ purpose: 'relationship', partnerName: partner.name, recipientName: '', ...imported }),
        delegatedAdmin: true,
      });
    const free = await owner<{ id: string; domain: string }[]>`
      select id, domain from customers c where partner_id = ${partner.id} and relationship = 'active' and exists (select from subscriptions s where s.customer_id = c.id)
        and not exists (select from subscriptions s where s.customer_id = c.id and s.state = 'active')
      order by id limit 2`;
    await addBulkWork(ctx, url);
    for (const { id, domain } of free) await endRelationship(ctx(), { customerId: id, domain });
    // What came back between the order and the work: the second end comes to a halt and says why.
    if (free[1]) await owner`update subscriptions set state = 'active' where customer_id = ${free[1].id}`;
    await addDetails(owner, ctx, admin.id);
    await addLetters(owner, ctx);
    const second = people.at(-1) ?? admin;
    await addEnds({ owner, ctx, other: () => ({ ...ctx(), actor: { kind: 'partner-user', ...second } }) });
    await addDelegatedAdmin(owner, partner, links, ctx, new Date());
    await addApiKeys(owner, ctx);
    await addBusinessProfiles(owner, ctx, new Date());
  } finally {
    await worker.close();
    await db.close();
  }
}
