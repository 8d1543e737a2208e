import type { CustomerImport, ImportCounts } from '@clientele/contracts';

/** Where an import is: what its page shows. */
export type Stage = 'map' | 'checking' | 'approve' | 'writing' | 'done';

/** The stage of an import, from its operation, the step that it is at, and how many rows wait. */
export function stageOf(
  file: Pick<CustomerImport, 'operationState' | 'written' | 'checked'>,
  isChecked: boolean,
  waits: boolean,
  pending = 0,
): Stage {
  const { operationState: state } = file;
  if (state === null) return 'map';
  // Cancelled before anything was written: the columns can be chosen anew.
  if (state === 'cancelled') return file.written ? 'done' : 'map';
  if (state === 'succeeded') return 'done';
  // Stopped in the middle: most rows may not be written yet.
  if (state === 'failed' && isChecked) return pending > 0 ? 'writing' : 'done';
  if (state === 'failed') return 'checking';
  if (waits) return 'approve';
  return isChecked ? 'writing' : 'checking';
}

export const kinds = ['create', 'update', 'unchanged', 'duplicate', 'error'] as const satisfies readonly (keyof ImportCounts)[];
export type Kind = (typeof kinds)[number];

/** What came of a file: what has been written, or, before that, what would be; with the rows that the dry run left out. */
export function outcomeOf(checked: ImportCounts, written: ImportCounts | null, isOver = written !== null): ImportCounts {
  if (!written && !isOver) return checked;
  const done = written ?? { create: 0, update: 0, unchanged: 0, duplicate: 0, error: 0 };
  return {
    create: done.create,
    update: done.update,
    unchanged: checked.unchanged + done.unchanged,
    duplicate: checked.duplicate + done.duplicate,
    error: checked.error + done.error,
  };
}

/** Widths in percent of the parts of a bar; what there is at all is wide enough to be seen. */
export function sharesOf(counts: ImportCounts): Record<Kind, number> {
  const total = kinds.reduce((sum, kind) => sum + counts[kind], 0);
  const raw = kinds.map((kind) => (counts[kind] === 0 || total === 0 ? 0 : Math.max(1, (counts[kind] / total) * 100)));
  const sum = raw.reduce((all, one) => all + one, 0) || 1;
  return Object.fromEntries(kinds.map((kind, index) => [kind, ((raw[index] ?? 0) / sum) * 100])) as Record<Kind, number>;
}
