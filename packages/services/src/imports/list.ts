import { type Context, imports, operations, read, users } from '@clientele/db';
import { and, desc, eq, lt, sql } from 'drizzle-orm';
import { demand } from '../access.ts';
import { decodeCursor, encodeCursor } from '../cursors.ts';
import { type ImportView, loadImport, viewImport } from './view.ts';

/** Imports, newest first. */
export async function listImports(ctx: Context, filters: { after?: string | undefined; limit: number }) {
  demand(ctx, 'customers.see');
  return read(ctx, async (tx) => {
    const after = filters.after ? lt(imports.id, sql`${decodeCursor(filters.after, 1)[0]}::uuid`) : undefined;
    const rows = await tx
      .select()
      .from(imports)
      .leftJoin(users, eq(users.id, imports.createdBy))
      .leftJoin(operations, eq(operations.id, imports.operationId))
      .where(and(eq(imports.state, 'ready'), after))
      .orderBy(desc(imports.id))
      .limit(filters.limit + 1);
    const items = rows
      .slice(0, filters.limit)
      .map((row) => viewImport(ctx, row.imports, row.users?.name ?? '', row.operations?.state ?? null));
    return {
      items,
      next: rows.length > filters.limit ? encodeCursor([items.at(-1)?.id ?? '']) : null,
      total: { count: await tx.$count(imports, eq(imports.state, 'ready')), estimated: false },
    };
  });
}

/** One import. Throws `not_found`, also for another partner's. */
export async function getImport(ctx: Context, importId: string): Promise<ImportView> {
  demand(ctx, 'customers.see');
  return read(ctx, (tx) => loadImport(ctx, tx, importId));
}
