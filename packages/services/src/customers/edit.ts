import { isDeepStrictEqual } from 'node:util';
import { type Contact, type Context, type CustomerRecord, customers, events, read, type Transaction, transact, users } from '@clientele/db';
import {
  type Address,
  checkEditedAddress,
  checkQualification,
  cloudProfiles,
  type EditConsequence,
  type EditedFacts,
  editConsequences,
  type FieldError,
  illegal,
  type Language,
  Refusal,
  refuseFields,
  type SpecialQualification,
  takesSupportContact,
} from '@clientele/domain';
import { and, desc, eq, sql } from 'drizzle-orm';
import { demand } from '../access.ts';
import { checkReseller, knownReseller } from './resellers.ts';
import { type CustomerView, loadCustomer, lockCustomer, openRequestsOf } from './view.ts';

export interface CustomerEdit {
  customerId: string;
  /** The version that the editor has seen. */
  version: number;
  companyName?: string | undefined;
  country?: string | undefined;
  address?: Address | undefined;
  notes?: string | undefined;
  tags?: string[] | undefined;
  contact?: Contact | undefined;
  language?: Language | undefined;
  supportContact?: string | null | undefined;
  supportResellerId?: string | null | undefined;
  indirectResellerId?: string | null | undefined;
  specialQualification?: SpecialQualification | null | undefined;
}

/** One customer. Throws `not_found`, also for another partner's. */
export async function getCustomer(ctx: Context, customerId: string): Promise<CustomerView> {
  demand(ctx, 'customers.see');
  return read(ctx, (tx) => loadCustomer(ctx, tx, customerId));
}

/** What is given and differs from what there is. A form sends all of its fields: only what is different has been changed. */
function changesOf(record: CustomerRecord, edit: Omit<CustomerEdit, 'customerId' | 'version'>): Partial<CustomerRecord> {
  const tags = edit.tags && [...new Set(edit.tags)];
  const plain = (value: unknown) => (value && typeof value === 'object' ? JSON.parse(JSON.stringify(value)) : value);
  const given = Object.entries({ ...edit, tags }).filter(([, value]) => value !== undefined);
  const changes: Partial<CustomerRecord> = Object.fromEntries(
    given.filter(([field, value]) => !isDeepStrictEqual(plain(value), plain(record[field as keyof CustomerRecord]))),
  );
  // There is one support contact: a reseller, or what was typed.
  if (changes.supportResellerId && record.supportContact !== null) changes.supportContact = null;
  else if (changes.supportContact && record.supportResellerId !== null) changes.supportResellerId = null;
  return changes;
}

/** The resellers that an edit names, which must have an active partnership; those that are named already stay as they are. */
async function checkResellers(ctx: Context, tx: Transaction, changes: Partial<CustomerRecord>): Promise<FieldError[]> {
  const errors: FieldError[] = [];
  for (const path of ['indirectResellerId', 'supportResellerId'] as const) {
    const id = changes[path];
    if (id) errors.push(...(await checkReseller(ctx, tx, id, path)).errors);
  }
  return errors;
}

/** Before and after of the reseller, by name. */
async function resellerChange(tx: Transaction, record: CustomerRecord, changes: Partial<CustomerRecord>) {
  if (changes.indirectResellerId === undefined) return null;
  const nameOf = async (id: string | null) => (await knownReseller(tx, id))?.name ?? null;
  return { from: await nameOf(record.indirectResellerId), to: await nameOf(changes.indirectResellerId) };
}

function checkEdit(ctx: Context, record: CustomerRecord, changes: Partial<CustomerRecord>): FieldError[] {
  const { countries } = cloudProfiles[ctx.partner.cloud];
  return [
    ...(changes.country && countries.length > 0 && !countries.includes(changes.country)
      ? [{ path: 'country', rule: 'country' as const }]
      : []),
    ...checkEditedAddress(record, { country: changes.country, address: changes.address ?? undefined }),
    ...checkQualification(ctx.partner.cloud, changes.specialQualification),
  ];
}

/** Before and after of what is neither a person's data nor a long text: of contact, address and notes the log says only that they were changed. */
function openChanges(record: CustomerRecord, changes: Partial<CustomerRecord>) {
  const open = ['companyName', 'country', 'language', 'tags', 'specialQualification'] as const;
  const text = (one: Partial<CustomerRecord>, field: (typeof open)[number]) =>
    (field === 'tags' ? one.tags?.join(', ') : one[field]) || null;
  return Object.fromEntries(
    open.filter((field) => field in changes).map((field) => [field, { from: text(record, field), to: text(changes, field) }]),
  );
}

/** Changes what is given and nothing else. Throws `conflict` with what changed meanwhile, and by whom, when somebody was quicker. */
export async function editCustomer(ctx: Context, { customerId, version, ...edit }: CustomerEdit): Promise<CustomerView> {
  demand(ctx, 'customers.edit');
  return transact(ctx, async (tx) => {
    const record = await lockCustomer(tx, customerId);
    if (record.relationship === 'ended') throw illegal('customer', 'ended', 'be edited');
    if (record.version !== version) throw await changedMeanwhile(tx, record, version);
    const changes = changesOf(record, edit);
    refuseFields([...checkEdit(ctx, record, changes), ...(await checkResellers(ctx, tx, changes))]);
    if (('supportContact' in changes || 'supportResellerId' in changes) && !takesSupportContact(record))
      throw illegal('customer', record.relationship, 'get another support contact');
    if (Object.keys(changes).length === 0) return { result: await loadCustomer(ctx, tx, customerId), events: [] };
    await tx
      .update(customers)
      .set({ ...changes, version: version + 1 })
      .where(and(eq(customers.id, customerId), eq(customers.version, version)));
    const reseller = await resellerChange(tx, record, changes);
    const shown = { ...openChanges(record, changes), ...(reseller ? { indirectReseller: reseller } : {}) };
    return {
      result: await loadCustomer(ctx, tx, customerId),
      events: [
        {
          type: 'customer.edited',
          customerId,
          data: { fields: Object.keys(changes), version: version + 1, ...(Object.keys(shown).length > 0 ? { changes: shown } : {}) },
        },
      ],
    };
  });
}

/**
 * The refusal of an edit that was made on top of an older version: the newer one, the fields that changed since, and who changed them.
 * `more` when that does not explain every version since: the relationship or the agreement changed, too, or there are very many edits.
 */
async function changedMeanwhile(tx: Transaction, record: CustomerRecord, seen: number): Promise<Refusal> {
  const since = await tx
    .select({ data: events.data, at: events.at, by: users.name })
    .from(events)
    .leftJoin(users, eq(users.id, events.actorId))
    .where(and(eq(events.customerId, record.id), eq(events.type, 'customer.edited'), sql`(${events.data} ->> 'version')::int > ${seen}`))
    .orderBy(desc(events.id))
    .limit(50);
  const fields = [...new Set(since.flatMap(({ data }) => data.fields as string[]))];
  const by = [...new Set(since.flatMap(({ by }) => (by ? [by] : [])))];
  const more = record.version - seen > since.length;
  return new Refusal('conflict', 'Somebody changed this customer meanwhile.', {
    details: { customerId: record.id, version: record.version, fields, by, more, at: since[0]?.at.toISOString() ?? null },
  });
}

/** Before and after as the customer sees them: a reseller that is the support contact stands there by its name. */
async function withSupport(tx: Transaction, record: CustomerRecord, changes: Partial<CustomerRecord>) {
  const { supportContact: _typed, supportResellerId: _id, ...rest } = changes;
  const after = { ...record, ...changes };
  const shownOf = async (one: CustomerRecord) => (await knownReseller(tx, one.supportResellerId))?.name ?? one.supportContact;
  const [before, now] = [await shownOf(record), await shownOf(after)];
  return [
    { ...record, supportContact: before },
    { ...(rest as Partial<EditedFacts>), ...(before === now ? {} : { supportContact: now }) },
  ] as const;
}

/** What an edit would cause, and what is wrong with it. Changes nothing. */
export async function previewEdit(
  ctx: Context,
  { customerId, ...edit }: Omit<CustomerEdit, 'version'>,
): Promise<{ fields: string[]; consequences: EditConsequence[] }> {
  demand(ctx, 'customers.edit');
  return read(ctx, async (tx) => {
    await loadCustomer(ctx, tx, customerId);
    const [record] = await tx.select().from(customers).where(eq(customers.id, customerId));
    if (!record || record.relationship === 'ended') throw illegal('customer', 'ended', 'be edited');
    const changes = changesOf(record, edit);
    const { invitation, agreementRequest } = await openRequestsOf(tx, customerId, ctx.now);
    const consequences = editConsequences(...(await withSupport(tx, record, changes)), {
      invitationTo: invitation?.email ?? null,
      agreementRequestTo: agreementRequest?.email ?? null,
    });
    return { fields: Object.keys(changes), consequences };
  });
}
