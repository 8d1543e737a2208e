import type { DeliveryRecord } from '@clientele/db';

/** What is known of one mail. */
export function viewDelivery(record: DeliveryRecord) {
  const { id, kind, state, attempts, serverAnswer, queuedAt, sentAt, returnedAt, delayedAt } = record;
  const nextAttemptAt = state === 'deferred' ? record.nextAttemptAt : null;
  return { id, kind, state, attempts, serverAnswer, queuedAt, sentAt, returnedAt, delayedAt, nextAttemptAt };
}
