import type { DeliveryRecord } from '@clientele/db';

/** What is known of one mail. */
export function viewDelivery(record: DeliveryRecord) {
  const { id, kind, state, attempts, serverAnswer, queuedAt, sentAt } = record;
  return { id, kind, state, attempts, serverAnswer, queuedAt, sentAt, nextAttemptAt: state === 'deferred' ? record.nextAttemptAt : null };
}
