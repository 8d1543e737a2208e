import type { SenderItem } from '@clientele/contracts';

/** How the whole checklist stands: nothing to do, so many things to look at, only things that could not be looked up, or nothing to check at all. */
export function standingOf(check: { sendsTo: 'inbox' | 'server'; items: readonly Pick<SenderItem, 'verdict'>[] }): {
  tone: 'inbox' | 'good' | 'todo' | 'unknown';
  count: number;
} {
  if (check.sendsTo === 'inbox') return { tone: 'inbox', count: 0 };
  const todo = check.items.filter(({ verdict }) => verdict === 'missing' || verdict === 'warning').length;
  if (todo > 0) return { tone: 'todo', count: todo };
  const unknown = check.items.filter(({ verdict }) => verdict === 'unknown').length;
  return unknown > 0 ? { tone: 'unknown', count: unknown } : { tone: 'good', count: 0 };
}
