import { type Context, type CustomerRecord, customers, type Transaction } from '@clientele/db';
import {
  changesOf,
  cloudProfiles,
  type FieldError,
  firstLetters,
  type ImportedCustomer,
  type ImportFailure,
  type KnownCustomer,
  lengths,
  type RowFailure,
  readRow,
  takesSupportContact,
} from '@clientele/domain';
import { inArray, sql } from 'drizzle-orm';
import type { ImportOrder } from './start.ts';

/** A row of the file as it is kept. */
export interface FileRow extends Record<string, unknown> {
  position: number;
  line: number;
  cells: string[];
}

/** What a row would do. */
type Verdict =
  | { kind: 'error'; failures: RowFailure[]; customerId?: string }
  | { kind: 'create'; customer: ImportedCustomer }
  | { kind: 'update'; customer: ImportedCustomer; known: CustomerRecord; changes: Partial<KnownCustomer>; attests: boolean }
  | { kind: 'unchanged' | 'duplicate'; customerId?: string };

export interface JudgedRow {
  position: number;
  /** For the eye: the company name as it stands in the file. */
  label: string;
  /** What makes it the same customer as another row; null when it cannot be read. */
  domain: string | null;
  verdict: Verdict;
}

/** Whether rows of this chunk repeat a domain of an earlier one: for each, the position of the row that had it first. */
export type FirstOf = (rows: { domain: string; position: number }[]) => Promise<Map<string, number>>;

/**
 * Says of each row what it would do to what is here now. `lock`: the customers that it is about are locked until the transaction ends.
 * A row whose domain an earlier row has is a duplicate.
 */
export async function judgeRows(
  ctx: Context,
  tx: Transaction,
  order: ImportOrder & { columns: string[] },
  rows: FileRow[],
  firstOf: FirstOf,
  { lock = false } = {},
): Promise<JudgedRow[]> {
  const options = { ...order, countries: cloudProfiles[ctx.partner.cloud].countries };
  const read = rows.map((row) => ({ ...row, result: readCells(row, order, options, ctx.now) }));
  const sound = read.flatMap(({ position, result }) => ('customer' in result ? [{ position, domain: result.customer.domain }] : []));
  const domains = [...new Set(sound.map(({ domain }) => domain))];
  const [first, known] = [await firstOf(sound), await loadKnown(ctx, tx, domains, lock)];
  return read.map(({ position, cells, result }) => {
    const label = firstLetters((cells[order.mapping.companyName ?? -1] ?? '').trim(), lengths.companyName);
    if ('failures' in result)
      return { position, label, domain: null, verdict: { kind: 'error', failures: result.failures.map((one) => failureOf(one, order)) } };
    const { customer } = result;
    const isRepeated = first.get(customer.domain) !== position;
    const verdict: Verdict = isRepeated ? { kind: 'duplicate' } : verdictOf(customer, known, order);
    return { position, label: customer.companyName, domain: customer.domain, verdict };
  });
}

/** The reading of one row: a row with more or fewer cells than the header has is broken as a whole. */
function readCells(
  { cells }: FileRow,
  order: ImportOrder & { columns: string[] },
  options: Parameters<typeof readRow>[2],
  now: Date,
): ReturnType<typeof readRow> {
  if (cells.length !== order.columns.length)
    return { failures: [{ rule: 'cell_count', value: '', params: { found: cells.length, expected: order.columns.length } }] };
  return readRow(cells, order.mapping, options, now);
}

/** A broken rule with the column as the file calls it; where the file has no such column, with the field. */
function failureOf({ field, rule, value, params }: ImportFailure, { mapping, columns }: ImportOrder & { columns: string[] }): RowFailure {
  const column = field === undefined ? undefined : columns[mapping[field] ?? -1];
  return {
    code: rule,
    ...(column === undefined ? {} : { column }),
    ...(value === '' ? {} : { value }),
    ...(field === undefined && !params ? {} : { params: { ...params, ...(field === undefined ? {} : { field }) } }),
  };
}

interface Known {
  customers: Map<string, CustomerRecord>;
  /** Domains that are taken here, by whomever. */
  organizations: Map<string, string>;
}

async function loadKnown(ctx: Context, tx: Transaction, domains: string[], lock: boolean): Promise<Known> {
  if (domains.length === 0) return { customers: new Map(), organizations: new Map() };
  const found = await tx.execute<{ id: string; domain: string }>(
    sql`select id, domain from find_organizations(${ctx.partner.cloud}, ${sql.param(domains)}::text[])`,
  );
  const organizations = new Map(found.map(({ id, domain }) => [domain, id]));
  if (found.length === 0) return { customers: new Map(), organizations };
  const query = tx
    .select()
    .from(customers)
    .where(inArray(customers.organizationId, [...organizations.values()]))
    .orderBy(customers.id);
  const records = lock ? await query.for('update') : await query;
  return { customers: new Map(records.map((record) => [record.domain, record])), organizations };
}

const knownOf = (record: CustomerRecord): KnownCustomer => ({ ...record, agreementAccepted: record.agreementAcceptedAt !== null });

function verdictOf(customer: ImportedCustomer, known: Known, order: ImportOrder & { columns: string[] }): Verdict {
  const record = known.customers.get(customer.domain);
  const refuse = (field: ImportFailure['field'], rule: ImportFailure['rule'], value: string, params?: FieldError['params']): Verdict => ({
    kind: 'error',
    failures: [failureOf({ field, rule, value, ...(params ? { params } : {}) } as ImportFailure, order)],
    ...(record ? { customerId: record.id } : {}),
  });
  if (!record) {
    // Accounts under our own endings are made here; a name that nobody has yet is not to be taken by a file.
    const isOurs = Object.values(cloudProfiles).some(({ domainSuffix }) => customer.domain.endsWith(`.${domainSuffix}`));
    if (isOurs && !known.organizations.has(customer.domain)) return refuse('domain', 'domain_reserved', customer.domain);
    return { kind: 'create', customer };
  }
  if (record.onboardingOperationId !== null) return refuse('domain', 'already_customer', customer.domain);
  if (record.relationship === 'ended') return refuse('domain', 'customer_ended', customer.domain);
  if (!order.updateExisting) return { kind: 'unchanged', customerId: record.id };
  const changes = changesOf(knownOf(record), customer);
  if ((changes.tags?.length ?? 0) > 20) return refuse('tags', 'too_many', customer.tags.join(', '), { max: 20 });
  if ((changes.notes?.length ?? 0) > lengths.note) return refuse('notes', 'too_long', '', { max: lengths.note });
  if ('supportContact' in changes && !takesSupportContact(record)) return refuse('domain', 'customer_ended', customer.domain);
  const attests = customer.agreementDate !== undefined && record.agreementAcceptedAt === null;
  return Object.keys(changes).length === 0 && !attests
    ? { kind: 'unchanged', customerId: record.id }
    : { kind: 'update', customer, known: record, changes, attests };
}
