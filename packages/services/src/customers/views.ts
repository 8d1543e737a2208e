import { type Context, type CustomerViewRecord, customerViews, newId, read, type Transaction, transact } from '@clientele/db';
import { notFound, Refusal, refuseFields } from '@clientele/domain';
import { and, eq, ne, sql } from 'drizzle-orm';
import { demand, userIdOf } from '../access.ts';
import type { CustomerFilters } from './filters.ts';

/** So many views a person may keep. */
const most = 50;

export interface CustomerViewInput {
  name: string;
  filters: CustomerFilters;
  columns: string[];
  isDefault: boolean;
}

const viewOf = ({ id, name, filters, columns, isDefault }: CustomerViewRecord) => ({ id, name, filters, columns, isDefault });
const own = (ctx: Context) => eq(customerViews.userId, userIdOf(ctx));

/** The saved customer lists of the person, by name. */
export async function listCustomerViews(ctx: Context) {
  demand(ctx, 'customers.see');
  const rows = await read(ctx, (tx) => tx.select().from(customerViews).where(own(ctx)).orderBy(sql`lower(name)`));
  return { items: rows.map(viewOf) };
}

/** Keeps a customer list under a name. A person's own affair, so there is no activity record. */
export async function addCustomerView(ctx: Context, input: CustomerViewInput) {
  demand(ctx, 'customers.see');
  return namedOnce(
    transact(ctx, async (tx) => {
      if ((await tx.$count(customerViews, own(ctx))) >= most)
        throw new Refusal('limit_reached', `A person can keep ${most} views. Delete one that is not needed any more.`, {
          details: { most },
        });
      if (input.isDefault) await takeDefault(ctx, tx);
      const [row] = await tx
        .insert(customerViews)
        .values({
          id: newId(),
          partnerId: ctx.partner.id,
          userId: userIdOf(ctx),
          name: input.name,
          filters: { ...input.filters },
          columns: input.columns,
          isDefault: input.isDefault,
          createdAt: ctx.now,
        })
        .returning();
      return { result: viewOf(row as CustomerViewRecord), events: [] };
    }),
  );
}

/** Renames a view, overwrites what it shows, or makes it the default. Somebody else's does not exist. */
export async function editCustomerView(
  ctx: Context,
  { viewId, ...edit }: { viewId: string } & { [Key in keyof CustomerViewInput]?: CustomerViewInput[Key] | undefined },
) {
  demand(ctx, 'customers.see');
  return namedOnce(
    transact(ctx, async (tx) => {
      if (edit.isDefault) await takeDefault(ctx, tx, viewId);
      const [row] = await tx
        .update(customerViews)
        .set({ ...edit, filters: edit.filters && { ...edit.filters }, id: viewId })
        .where(and(eq(customerViews.id, viewId), own(ctx)))
        .returning();
      if (!row) throw notFound('view');
      return { result: viewOf(row), events: [] };
    }),
  );
}

/** Forgets a view. */
export async function deleteCustomerView(ctx: Context, viewId: string): Promise<Record<string, never>> {
  demand(ctx, 'customers.see');
  return transact(ctx, async (tx) => {
    const gone = await tx
      .delete(customerViews)
      .where(and(eq(customerViews.id, viewId), own(ctx)))
      .returning();
    if (gone.length === 0) throw notFound('view');
    return { result: {}, events: [] };
  });
}

/** At most one view is the default. */
async function takeDefault(ctx: Context, tx: Transaction, viewId?: string): Promise<void> {
  await tx
    .update(customerViews)
    .set({ isDefault: false })
    .where(and(own(ctx), eq(customerViews.isDefault, true), viewId ? ne(customerViews.id, viewId) : undefined));
}

/** A name that the person has given before is told at its field. */
async function namedOnce<Result>(change: Promise<Result>): Promise<Result> {
  try {
    return await change;
  } catch (error) {
    if (isTaken(error)) refuseFields([{ path: 'name', rule: 'name_taken' }]);
    throw error;
  }
}

const isTaken = (error: unknown): boolean =>
  error instanceof Error && (('constraint_name' in error && error.constraint_name === 'customer_views_by_name') || isTaken(error.cause));
