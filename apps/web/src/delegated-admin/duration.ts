import { delegatedAdminUntil, delegatedAdminDays as limits, type Rule } from '@clientele/domain';

/** Until when it would last if the customer consented now; null for what is no duration. */
export function endOf(days: number | null, heldUntil: string | null, now: number): Date | null {
  if (checkDays(days) !== null) return null;
  const held = { delegatedAdmin: heldUntil !== null, delegatedAdminUntil: heldUntil === null ? null : new Date(heldUntil) };
  return delegatedAdminUntil(held, days, new Date(now));
}

/** The rule that a duration breaks, as the server would say. */
export function checkDays(days: unknown): { rule: Rule; params?: Record<string, number> } | null {
  if (typeof days !== 'number' || Number.isNaN(days)) return { rule: 'required' };
  if (!Number.isInteger(days)) return { rule: 'not_whole' };
  if (days < limits.least) return { rule: 'too_small', params: { min: limits.least } };
  if (days > limits.most) return { rule: 'too_large', params: { max: limits.most } };
  return null;
}
