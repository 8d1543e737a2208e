import type { FigureName } from '@clientele/domain';
import type { Sql } from 'postgres';
import { insertRow } from './builders.ts';

/** A figure as it is added up. */
export async function aFigure(
  sql: Sql,
  partner: { id: string },
  more: Partial<{ name: FigureName; day: string; value: number }> = {},
): Promise<void> {
  await insertRow(sql, 'figures', { partnerId: partner.id, name: 'operations.succeeded', day: '2026-01-31', value: 1, ...more });
}
