import { type Context, newId, type OperationRecord, type Transaction } from '@clientele/db';
import type { ImportedCustomer, NewEvent } from '@clientele/domain';
import { sql } from 'drizzle-orm';
import type { SettledRow } from '../operations/rows.ts';
import { type FileRow, type JudgedRow, judgeRows } from './judge.ts';
import type { ImportOrder } from './start.ts';

type Order = ImportOrder & { columns: string[] };

/** Writes rows in a few statements, whatever their number, and says what became of each. */
export async function writeRows(ctx: Context, tx: Transaction, operation: OperationRecord, order: Order, rows: FileRow[]) {
  const judge = (some: FileRow[]) =>
    judgeRows(ctx, tx, order, some, async (sound) => new Map([...sound].reverse().map(({ domain, position }) => [domain, position])), {
      lock: true,
    });
  let judged = await judge(rows);
  const created = await createCustomers(ctx, tx, order, judged);
  // Somebody has added one of them in the meantime: it is judged once more, and is an update now, or nothing.
  const late = judged
    .filter(({ position, verdict }) => verdict.kind === 'create' && !created.has(position))
    .map(({ position }) => position);
  if (late.length > 0) {
    const again = new Map((await judge(rows.filter(({ position }) => late.includes(position)))).map((one) => [one.position, one]));
    judged = judged.map((one) => again.get(one.position) ?? one);
  }
  const versions = await updateCustomers(ctx, tx, judged);

  const events: NewEvent[] = [];
  const settled: SettledRow[] = judged.map(({ position, verdict }) => {
    switch (verdict.kind) {
      case 'create': {
        const customerId = created.get(position);
        if (!customerId) throw new Error('a customer is neither here nor made');
        events.push({ type: 'customer.imported', customerId, data: { operationId: operation.id, domain: verdict.customer.domain } });
        if (verdict.customer.agreementDate) events.push(attested(customerId, verdict.customer.agreementDate));
        return { position, state: 'done', outcome: 'created', customerId };
      }
      case 'update': {
        const customerId = verdict.known.id;
        const fields = Object.keys(verdict.changes);
        if (fields.length > 0) events.push({ type: 'customer.edited', customerId, data: { fields, version: versions.get(customerId) } });
        if (verdict.attests && verdict.customer.agreementDate) events.push(attested(customerId, verdict.customer.agreementDate));
        return { position, state: 'done', outcome: 'updated', customerId };
      }
      case 'error':
        // Told apart from what the dry run refused: only these are tried again.
        return {
          position,
          state: 'failed',
          outcome: 'not_written',
          failures: verdict.failures,
          ...(verdict.customerId ? { customerId: verdict.customerId } : {}),
        };
      default:
        return { position, state: 'skipped', outcome: verdict.kind, ...(verdict.customerId ? { customerId: verdict.customerId } : {}) };
    }
  });
  return { judged, rows: settled, events };
}

const attested = (customerId: string, date: string): NewEvent => ({ type: 'agreement.attested', customerId, data: { date } });

const attestationOf = ({ firstName = '', lastName = '', email = '', phone, agreementDate = '' }: ImportedCustomer) => ({
  ...{ firstName, lastName, email },
  ...(phone ? { phone } : {}),
  date: agreementDate,
});

/** Makes the organisations that are not here yet, and this partner's rows about them. Gives the new customers by position. */
async function createCustomers(ctx: Context, tx: Transaction, order: Order, judged: JudgedRow[]): Promise<Map<number, string>> {
  const rows = judged.flatMap(({ position, verdict }) => (verdict.kind === 'create' ? [{ position, customer: verdict.customer }] : []));
  if (rows.length === 0) return new Map();
  const now = ctx.now.toISOString();
  // Always in the same order, so that two imports of the same domains wait for each other and do not lock each other out.
  const domains = rows
    .map(({ customer }) => ({ id: newId(), domain: customer.domain }))
    .sort((one, other) => (one.domain < other.domain ? -1 : 1));
  await tx.execute(sql`insert into organizations (id, cloud, domain, created_at)
    select id, ${ctx.partner.cloud}, domain, ${now}::timestamptz from jsonb_to_recordset(${JSON.stringify(domains)}::jsonb) as r (id uuid, domain text) on conflict do nothing`);
  const given = rows.map(({ position, customer }) => ({
    id: newId(),
    position,
    company_name: customer.companyName,
    domain: customer.domain,
    country: customer.country ?? order.country,
    address: customer.address ?? null,
    contact: {
      ...{ firstName: customer.firstName ?? '', lastName: customer.lastName ?? '', email: customer.email ?? '' },
      ...(customer.phone ? { phone: customer.phone } : {}),
    },
    language: customer.language ?? order.language,
    tags: customer.tags,
    notes: customer.notes ?? '',
    support_contact: customer.supportContact ?? null,
    external_id: customer.externalId ?? null,
    attestation: customer.agreementDate ? attestationOf(customer) : null,
  }));
  const inserted = await tx.execute<{ id: string }>(sql`
    insert into customers (id, partner_id, organization_id, company_name, domain, country, address, contact, language, tags, notes, support_contact, external_id,
      relationship, delegated_admin, agreement_accepted_at, agreement_by, agreement_attestation, created_at)
    select r.id, ${ctx.partner.id}::uuid, o.id, r.company_name, r.domain, r.country, r.address, r.contact, r.language, r.tags, r.notes, r.support_contact, r.external_id,
      'none', false, case when r.attestation is null then null else ${now}::timestamptz end, case when r.attestation is null then null else 'partner' end, r.attestation, ${now}::timestamptz
    from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as r (id uuid, company_name text, domain text, country text, address jsonb, contact jsonb, language text,
      tags text[], notes text, support_contact text, external_id text, attestation jsonb)
    join find_organizations(${ctx.partner.cloud}, ${sql.param(given.map(({ domain }) => domain))}::text[]) o on o.domain = r.domain
    on conflict (partner_id, organization_id) do nothing returning id`);
  const made = new Set(inserted.map(({ id }) => id));
  return new Map(given.filter(({ id }) => made.has(id)).map(({ id, position }) => [position, id]));
}

/** Writes what the rows say differently; the customers are locked since they were judged. Gives the version that each has now. */
async function updateCustomers(ctx: Context, tx: Transaction, judged: JudgedRow[]): Promise<Map<string, number>> {
  const given = judged.flatMap(({ verdict }) => {
    if (verdict.kind !== 'update') return [];
    const { known, changes, customer, attests } = verdict;
    const after = { ...known, ...changes };
    return [
      {
        ...{ id: known.id, company_name: after.companyName, country: after.country, address: after.address, contact: after.contact },
        ...{
          language: after.language,
          tags: after.tags,
          notes: after.notes,
          support_contact: after.supportContact,
          external_id: after.externalId,
        },
        attestation: attests ? attestationOf({ ...after.contact, ...customer }) : null,
      },
    ];
  });
  if (given.length === 0) return new Map();
  const changed = await tx.execute<{ id: string; version: number }>(sql`
    update customers c set company_name = r.company_name, country = r.country, address = r.address, contact = r.contact, language = r.language, tags = r.tags,
      notes = r.notes, support_contact = r.support_contact,
      support_reseller_id = case when r.support_contact is distinct from c.support_contact then null else c.support_reseller_id end, external_id = r.external_id, version = c.version + 1,
      agreement_accepted_at = case when r.attestation is null then c.agreement_accepted_at else ${ctx.now.toISOString()}::timestamptz end,
      agreement_by = case when r.attestation is null then c.agreement_by else 'partner' end,
      agreement_attestation = coalesce(r.attestation, c.agreement_attestation)
    from jsonb_to_recordset(${JSON.stringify(given)}::jsonb) as r (id uuid, company_name text, country text, address jsonb, contact jsonb, language text,
      tags text[], notes text, support_contact text, external_id text, attestation jsonb)
    where c.id = r.id returning c.id, c.version`);
  return new Map(changed.map(({ id, version }) => [id, version]));
}
