import { createHash, createHmac, randomBytes } from 'node:crypto';
import {
  type AgreementRequestState,
  type Cloud,
  type DeliveryState,
  type EndMode,
  type HandOverState,
  type InvitationPurpose,
  type InvitationState,
  type Language,
  type OperationKind,
  type OperationState,
  operationSteps,
  type PartnerType,
  type PlannedEndState,
  type PurchaseKind,
  type PurchaseState,
  type RelationshipState,
  type Role,
  type SubscriptionState,
  type SuppressionReason,
  type TemplateKind,
  type Visitor,
} from '@clientele/domain';
import type { Sql } from 'postgres';
import type { Context, PartnerOfContext } from '../context.ts';
import type { Database } from '../database.ts';
import { newId } from '../ids.ts';

/** Builders insert one row, with values that no other row has, and give back what a test needs of it. Each test makes its own partner. */

let count = 0;
const unique = () => `${process.pid.toString(36)}${Date.now().toString(36).slice(-4)}${(++count).toString(36)}`;

const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const isPlain = (value: unknown) =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date) && !Buffer.isBuffer(value);

/** Inserts one row; keys are camel case, plain objects become jsonb. */
export async function insertRow(sql: Sql, table: string, row: Record<string, unknown>): Promise<void> {
  const entries = Object.entries(row).filter(([, value]) => value !== undefined);
  const prepared = Object.fromEntries(entries.map(([key, value]) => [snake(key), isPlain(value) ? sql.json(value as never) : value]));
  await sql`insert into ${sql(table)} ${sql(prepared as Record<string, never>)}`;
}

export async function aPartner(
  sql: Sql,
  more: Partial<{ name: string; type: PartnerType; cloud: Cloud; country: string }> = {},
): Promise<PartnerOfContext> {
  const partner = { id: newId(), name: `Partner ${unique()}`, type: 'direct-partner', cloud: 'public', country: 'JP', ...more } as const;
  await insertRow(sql, 'partners', { ...partner, createdAt: new Date() });
  return partner;
}

export interface TestUser {
  id: string;
  name: string;
  email: string;
}

export async function aUser(sql: Sql, more: Partial<TestUser & { language: Language; password: string }> = {}): Promise<TestUser> {
  const { language = 'en', password, ...rest } = more;
  const mark = unique();
  const user = { id: newId(), name: `Person ${mark}`, email: `person-${mark}@people.example`, ...rest };
  await insertRow(sql, 'users', { ...user, language });
  // `password` is a hash as better-auth makes it.
  if (password) await insertRow(sql, 'accounts', { id: newId(), accountId: user.id, providerId: 'credential', userId: user.id, password });
  return user;
}

export interface TestPartnerUser extends TestUser {
  roles: Role[];
}

export async function aPartnerUser(
  sql: Sql,
  partner: { id: string },
  roles: Role[] = ['global-admin'],
  more: Parameters<typeof aUser>[1] = {},
): Promise<TestPartnerUser> {
  const user = await aUser(sql, more);
  await insertRow(sql, 'partner_users', { partnerId: partner.id, userId: user.id, roles, createdAt: new Date() });
  return { ...user, roles };
}

/** A link to a new password for a partner user, good for an hour. */
export async function aPasswordLink(
  sql: Sql,
  partner: { id: string },
  user: { id: string },
  more: Partial<{ expiresAt: Date; overAt: Date | null }> = {},
): Promise<{ id: string }> {
  const link = { id: newId(), expiresAt: new Date(Date.now() + 3_600_000), ...more };
  await insertRow(sql, 'password_links', { ...link, partnerId: partner.id, userId: user.id, createdAt: new Date() });
  return link;
}

export async function aPartnerUserInvitation(
  sql: Sql,
  partner: { id: string },
  author: { id: string },
  more: Partial<{ state: 'pending' | 'accepted' | 'revoked'; expiresAt: Date; email: string; roles: Role[]; name: string }> = {},
) {
  const row = {
    id: newId(),
    name: 'Aiko Tanaka',
    email: `invited-${unique()}@people.example`,
    roles: ['sales-agent'] as Role[],
    state: 'pending',
    expiresAt: new Date(Date.now() + 7 * 86_400_000),
    ...more,
  };
  await insertRow(sql, 'partner_user_invitations', {
    ...row,
    partnerId: partner.id,
    language: 'en',
    createdBy: author.id,
    createdAt: new Date(),
  });
  return row;
}

/** A session of a user; gives its token. */
export async function aSession(sql: Sql, user: { id: string }, { expiresAt = new Date(Date.now() + 3_600_000) } = {}): Promise<string> {
  const token = randomBytes(24).toString('hex');
  await insertRow(sql, 'sessions', { id: newId(), token, userId: user.id, expiresAt });
  return token;
}

/** The cookie that a browser with this session sends. */
export function sessionCookie(token: string, secret: string): string {
  const mark = createHmac('sha256', secret).update(token).digest('base64');
  return `better-auth.session_token=${encodeURIComponent(`${token}.${mark}`)}`;
}

/** A key that programs call the API with; gives the key, too. `hash` is made from it as the services do. */
export async function anApiKey(
  sql: Sql,
  partner: { id: string },
  author: { id: string },
  more: Partial<{ name: string; roles: Role[]; expiresAt: Date; revokedAt: Date | null; createdAt: Date }> = {},
): Promise<{ id: string; key: string; name: string; roles: Role[] }> {
  const key = `clientele_${randomBytes(32).toString('base64url')}`;
  const row = { id: newId(), name: `Key ${unique()}`, roles: ['global-admin'] as Role[], ...more };
  await insertRow(sql, 'api_keys', {
    ...{ expiresAt: new Date(Date.now() + 86_400_000), createdAt: new Date(), ...row },
    ...{ partnerId: partner.id, createdBy: author.id, hash: createHash('sha256').update(key).digest('hex'), hint: key.slice(-4) },
  });
  return { ...row, key };
}

/** A partner's own identity provider. `clientSecret` is whatever stands in the row: encrypting is the services' matter. */
export async function aSignInProvider(
  sql: Sql,
  partner: { id: string },
  author: { id: string },
  more: Partial<{ issuer: string; clientId: string; clientSecret: string; domains: string[]; passwordAllowed: boolean }> = {},
): Promise<{ id: string; issuer: string; clientId: string; domains: string[] }> {
  const row = { id: newId(), issuer: `https://${unique()}.example`, clientId: 'clientele', domains: [`${unique()}.example`], ...more };
  await insertRow(sql, 'sign_in_providers', {
    ...{ clientSecret: 'not encrypted', passwordAllowed: true, changedAt: new Date(), createdAt: new Date(), ...row },
    ...{ partnerId: partner.id, changedBy: author.id },
  });
  return row;
}

export async function anOrganization(
  sql: Sql,
  more: Partial<{ cloud: Cloud; domain: string }> = {},
): Promise<{ id: string; cloud: Cloud; domain: string }> {
  const organization = { id: newId(), cloud: 'public', domain: `${unique()}.example`, ...more } as const;
  await insertRow(sql, 'organizations', { ...organization, createdAt: new Date() });
  return organization;
}

export async function aCustomerUser(
  sql: Sql,
  organization: { id: string },
  more: Partial<{ userId: string | null; role: 'global-admin' | 'user'; email: string; mailbox: string }> = {},
): Promise<{ id: string; userId: string | null; email: string }> {
  const user = more.userId === undefined ? await aUser(sql) : null;
  const row = {
    id: newId(),
    userId: user?.id ?? null,
    role: 'global-admin',
    email: user?.email ?? `${unique()}@people.example`,
    ...more,
  } as const;
  await insertRow(sql, 'customer_users', {
    ...row,
    organizationId: organization.id,
    firstName: 'Aiko',
    lastName: 'Tanaka',
    createdAt: new Date(),
  });
  return row;
}

export interface CustomerOverrides {
  organizationId?: string;
  companyName?: string;
  domain?: string;
  country?: string;
  relationship?: RelationshipState;
  delegatedAdmin?: boolean;
  delegatedAdminSince?: Date | null;
  delegatedAdminUntil?: Date | null;
  delegatedAdminWarnAt?: Date | null;
  agreementAcceptedAt?: Date | null;
  agreementBy?: 'partner' | 'customer' | null;
  relationshipSince?: Date | null;
  relationshipEndedAt?: Date | null;
  tags?: string[];
  indirectResellerId?: string | null;
  notes?: string;
  supportContact?: string | null;
  supportResellerId?: string | null;
  language?: Language;
  contact?: { firstName: string; lastName: string; email: string };
  createdAt?: Date;
}

/** A customer list that a partner user has saved. */
export async function aCustomerView(
  sql: Sql,
  partner: { id: string },
  user: { id: string },
  more: Partial<{ name: string; isDefault: boolean }> = {},
) {
  const view = { id: newId(), name: `View ${unique()}`, isDefault: false, ...more };
  await insertRow(sql, 'customer_views', {
    ...view,
    partnerId: partner.id,
    userId: user.id,
    filters: { relationship: 'live', sort: 'company', order: 'asc' },
    columns: ['domain'],
    createdAt: new Date(),
  });
  return view;
}

/** An active customer of the partner, with an organisation of its own and the agreement accepted. */
export async function aCustomer(sql: Sql, partner: { id: string; cloud: Cloud }, more: CustomerOverrides = {}) {
  const mark = unique();
  const domain = more.domain ?? `customer-${mark}.example`;
  const organizationId = more.organizationId ?? (await anOrganization(sql, { cloud: partner.cloud, domain })).id;
  const customer = {
    id: newId(),
    partnerId: partner.id,
    companyName: `Company ${mark}`,
    country: 'JP',
    contact: { firstName: 'Aiko', lastName: 'Tanaka', email: `contact-${mark}@people.example` },
    language: 'en',
    relationship: 'active',
    delegatedAdmin: true,
    relationshipSince: new Date(),
    agreementAcceptedAt: new Date(),
    agreementBy: 'partner',
    createdAt: new Date(),
    ...more,
    domain,
    organizationId,
  } as const;
  await insertRow(sql, 'customers', customer);
  return customer;
}
export type TestCustomer = Awaited<ReturnType<typeof aCustomer>>;

export async function aSubscription(
  sql: Sql,
  customer: { id: string; partnerId: string },
  more: Partial<{ productId: string; quantity: number; state: SubscriptionState; resellerId: string | null }> = {},
) {
  const subscription = {
    id: newId(),
    partnerId: customer.partnerId,
    customerId: customer.id,
    productId: 'm365-business-basic',
    quantity: 5,
    state: 'active',
    ...more,
  } as const;
  await insertRow(sql, 'subscriptions', { ...subscription, createdAt: new Date() });
  return subscription;
}

export async function anInvitation(
  sql: Sql,
  partner: { id: string },
  author: { id: string },
  more: Partial<{
    purpose: InvitationPurpose;
    customerId: string | null;
    email: string;
    recipientName: string | null;
    companyName: string;
    domain: string | null;
    delegatedAdmin: boolean;
    delegatedAdminDays: number | null;
    state: InvitationState;
    expiresAt: Date;
    createdAt: Date;
    language: Language;
    subject: string | null;
    nextReminderAt: Date | null;
    remindersSent: number;
    remindersOff: boolean;
  }> = {},
) {
  const mark = unique();
  const invitation = {
    id: newId(),
    partnerId: partner.id,
    purpose: 'relationship',
    email: `invited-${mark}@people.example`,
    recipientName: 'Aiko Tanaka',
    companyName: `Invited ${mark}`,
    domain: `invited-${mark}.example`,
    language: 'en',
    delegatedAdmin: true,
    message: 'Please accept.\n\n{link}',
    state: 'pending',
    tokenVersion: 1,
    expiresAt: new Date(Date.now() + 14 * 86_400_000),
    createdBy: author.id,
    createdAt: new Date(),
    ...more,
  } as const;
  await insertRow(sql, 'invitations', invitation);
  return invitation;
}

export async function aDelivery(
  sql: Sql,
  partner: { id: string },
  more: Partial<{
    invitationId: string;
    customerId: string;
    kind: string;
    recipient: string;
    state: DeliveryState;
    attempts: number;
    nextAttemptAt: Date;
    leaseUntil: Date;
    sentAt: Date | null;
  }> = {},
) {
  const id = newId();
  // A mail of an invitation goes to its address, unless told.
  const [invited] = more.invitationId ? await sql`select email from invitations where id = ${more.invitationId}` : [];
  const delivery = {
    id,
    partnerId: partner.id,
    kind: 'invitation',
    recipient: (invited?.email as string | undefined) ?? `${unique()}@people.example`,
    language: 'en',
    state: 'queued',
    nextAttemptAt: new Date(),
    messageId: `<${id}@clientele.mail>`,
    queuedAt: new Date(),
    ...more,
  } as const;
  await insertRow(sql, 'deliveries', delivery);
  return delivery;
}

export async function anOperation(
  sql: Sql,
  partner: { id: string },
  author: { id: string },
  more: Partial<{
    kind: OperationKind;
    state: OperationState;
    customerId: string | null;
    subject: string;
    input: Record<string, unknown>;
    signInName: string;
    createdAt: Date;
  }> = {},
) {
  const kind = more.kind ?? 'customer-onboarding';
  const steps = operationSteps[kind].map((name) => ({
    name,
    state: 'pending',
    attempts: 0,
    startedAt: null,
    finishedAt: null,
    failure: null,
  }));
  const operation = {
    id: newId(),
    partnerId: partner.id,
    state: 'queued',
    subject: `Company ${unique()}`,
    input: {},
    createdBy: author.id,
    createdAt: new Date(),
    ...more,
    kind,
  } as const;
  await sql`insert into operations ${sql({ ...(Object.fromEntries(Object.entries(operation).map(([key, value]) => [snake(key), key === 'input' ? sql.json(value as never) : value])) as Record<string, never>), steps: sql.json(steps) })}`;
  return operation;
}

/** Many active customers of a partner at once, each with an organisation of its own; gives their ids in the order of their names. */
export async function manyCustomers(
  sql: Sql,
  partner: { id: string; cloud: Cloud },
  howMany: number,
  tags: string[] = [],
): Promise<string[]> {
  const mark = unique();
  const rows = await sql<{ id: string }[]>`
    with numbers as (select n, ${mark} || lpad(n::text, 6, '0') as name, gen_random_uuid() as organization_id from generate_series(1, ${howMany}) n),
    made as (insert into organizations (id, cloud, domain, created_at)
      select organization_id, ${partner.cloud}, name || '.example', now() from numbers returning id)
    insert into customers (id, partner_id, organization_id, company_name, domain, country, contact, language, relationship, delegated_admin, tags, created_at)
      select gen_random_uuid(), ${partner.id}, organization_id, 'Company ' || name, name || '.example', 'JP',
        '{"firstName": "Aiko", "lastName": "Tanaka", "email": "aiko@people.example"}', 'en', 'active', true, ${tags}, now()
      from numbers where exists (select from made where made.id = organization_id) order by n returning id`;
  return rows.map(({ id }) => id);
}

/** A file of customers that was uploaded, with its rows; gives its id. The columns are company name and domain. */
export async function anImport(
  sql: Sql,
  partner: { id: string },
  author: { id: string },
  more: { columns?: string[]; rows?: string[][]; operationId?: string } = {},
): Promise<string> {
  const id = newId();
  const { columns = ['Company name', 'Primary domain'], rows = [['Contoso', `${unique()}.example`]], operationId = null } = more;
  await sql`insert into imports (id, partner_id, state, file_name, encoding, delimiter, columns, row_count, mapping, operation_id, created_by, created_at)
    values (${id}, ${partner.id}, 'ready', 'customers.csv', 'utf-8', ',', ${sql.json(columns)}, ${rows.length}, ${sql.json({ companyName: 0, domain: 1 })}, ${operationId}, ${author.id}, now())`;
  for (const [index, cells] of rows.entries())
    await sql`insert into import_rows values (${partner.id}, ${id}, ${index + 1}, ${index + 2}, ${sql.json(cells)})`;
  return id;
}

/** One event of a partner, as `transact` would have written it. */
export async function anEvent(sql: Sql, partner: { id: string }, more: Record<string, unknown> = {}): Promise<string> {
  const id = newId();
  await insertRow(sql, 'events', {
    id,
    partnerId: partner.id,
    type: 'customer.edited',
    at: new Date(),
    actorKind: 'system',
    actorId: 'test',
    requestId: 'test',
    data: {},
    ...more,
  });
  return id;
}

/** Seal, checkpoint and verification of one event, all of the right shape and none of them true; the event keeps waiting. */
export async function aSealedEvent(sql: Sql, partner: { id: string }, eventId: string): Promise<void> {
  await insertRow(sql, 'event_seals', { partnerId: partner.id, seq: 1, eventId, hash: randomBytes(32) });
  await insertRow(sql, 'log_checkpoints', {
    ...{ partnerId: partner.id, seq: 1, kind: 'seal', hash: randomBytes(32), at: new Date() },
    ...{ publicKey: randomBytes(32), signature: randomBytes(64) },
  });
  await insertRow(sql, 'log_verifications', { id: newId(), partnerId: partner.id, requestedAt: new Date() });
}

/** The context of a request of a partner user. */
export function aContext(db: Database, partner: PartnerOfContext, user: TestPartnerUser, more: Partial<Context> = {}): Context {
  const { id, name, email, roles } = user;
  return { db, partner, actor: { kind: 'partner-user', id, name, email, roles }, requestId: newId(), now: new Date(), ...more };
}

export async function aPurchase(
  sql: Sql,
  customer: { id: string; partnerId: string },
  more: Partial<{
    kind: PurchaseKind;
    subscriptionId: string;
    productId: string;
    quantity: number;
    state: PurchaseState;
    endsAt: Date;
  }> = {},
) {
  const purchase = {
    id: newId(),
    partnerId: customer.partnerId,
    customerId: customer.id,
    kind: 'software',
    productId: 'windows-server-2025',
    quantity: 2,
    state: 'active',
    ...more,
  } as const;
  await insertRow(sql, 'purchases', { ...purchase, createdAt: new Date() });
  return purchase;
}

/** An open request to accept the customer agreement, without a mail. */
export async function anAgreementRequest(
  sql: Sql,
  customer: { id: string; partnerId: string },
  author: { id: string },
  more: Partial<{ email: string; language: Language; state: AgreementRequestState; expiresAt: Date }> = {},
) {
  const request = {
    id: newId(),
    partnerId: customer.partnerId,
    customerId: customer.id,
    email: `asked-${unique()}@people.example`,
    recipientName: 'Aiko Tanaka',
    language: 'en',
    state: 'pending',
    expiresAt: new Date(Date.now() + 30 * 86_400_000),
    createdBy: author.id,
    createdAt: new Date(),
    ...more,
  } as const;
  await insertRow(sql, 'agreement_requests', request);
  return request;
}

/** Somebody has opened the page behind an invitation's link. */
export async function aVisit(
  sql: Sql,
  invitation: { id: string; partnerId: string; tokenVersion?: number },
  more: Partial<{ visitor: Visitor; firstAt: Date; lastAt: Date; times: number; continuedAt: Date | null }> = {},
) {
  const firstAt = more.firstAt ?? new Date();
  const visit = {
    partnerId: invitation.partnerId,
    invitationId: invitation.id,
    tokenVersion: invitation.tokenVersion ?? 1,
    visitor: 'person',
    firstAt,
    lastAt: firstAt,
    times: 1,
    ...more,
  } as const;
  await insertRow(sql, 'invitation_visits', visit);
  return visit;
}

/** The recipient of an invitation has named somebody else. */
export async function aHandOver(
  sql: Sql,
  invitation: { id: string; partnerId: string },
  more: Partial<{ name: string; email: string; note: string | null; state: HandOverState; tokenVersion: number; decidedAt: Date }> = {},
) {
  const mark = unique();
  const handOver = {
    id: newId(),
    partnerId: invitation.partnerId,
    invitationId: invitation.id,
    name: `Admin ${mark}`,
    email: `admin-${mark}@people.example`,
    note: null,
    state: 'pending',
    tokenVersion: 1,
    createdAt: new Date(),
    ...more,
  } as const;
  await insertRow(sql, 'invitation_hand_overs', handOver);
  return handOver;
}

/** What a partner writes instead of the standard text of a mail. */
export async function aMailTemplate(
  sql: Sql,
  partner: { id: string },
  author: { id: string },
  more: Partial<{ kind: TemplateKind; language: Language; subject: string; message: string; version: number }> = {},
) {
  const template = {
    ...{ partnerId: partner.id, kind: 'invitation', language: 'en', subject: 'A word from {partner}', version: 1 },
    ...{ message: 'Dear {recipient},\n\n{link}\n\n{partner}', changedBy: author.id, changedAt: new Date() },
    ...more,
  } as const;
  await insertRow(sql, 'mail_templates', template);
  return template;
}

/** An address that gets no mail of the partner. */
export async function aSuppression(
  sql: Sql,
  partner: { id: string },
  more: Partial<{ email: string; reason: SuppressionReason; serverAnswer: string }> = {},
) {
  const suppression = { partnerId: partner.id, email: `gone-${unique()}@people.example`, reason: 'bounced', ...more } as const;
  await insertRow(sql, 'suppressions', { ...suppression, since: new Date() });
  return suppression;
}

/** An end that is planned; unless told, one that waits until nothing blocks it, and is to be looked at. */
export async function aPlannedEnd(
  sql: Sql,
  customer: { id: string; partnerId: string },
  author: { id: string },
  more: Partial<{ mode: EndMode; at: Date | null; state: PlannedEndState; checkAt: Date | null; blockers: number; heldUpAt: Date }> = {},
) {
  const plan = {
    id: newId(),
    partnerId: customer.partnerId,
    customerId: customer.id,
    mode: 'when-clear',
    state: 'waiting',
    requestedBy: author.id,
    requestedAt: new Date(),
    checkAt: new Date(),
    ...more,
  } as const;
  await insertRow(sql, 'planned_ends', plan);
  return plan;
}

/** The certificate of an end. */
export async function anEndCertificate(sql: Sql, customer: { id: string; partnerId: string }) {
  const certificate = { id: newId(), partnerId: customer.partnerId, customerId: customer.id, operationId: newId() };
  const facts = { companyName: 'Contoso', domain: 'contoso.example', partnerName: 'Partner', requestedBy: 'Hanako', approvedBy: null };
  await insertRow(sql, 'end_certificates', {
    ...certificate,
    since: new Date(),
    endedAt: new Date(),
    facts: { ...facts, mode: 'now', taken: [] },
  });
  return certificate;
}
