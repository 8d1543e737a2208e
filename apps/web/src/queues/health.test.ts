import { describe, expect, it } from 'vitest';
import en from './en.json' with { type: 'json' };
import { findingsOf, pathOf, severity, standingOf } from './health.ts';
import ja from './ja.json' with { type: 'json' };

const calm = { reachable: true, counts: { waiting: 0, active: 0, delayed: 0, failed: 0, completed: 9 }, workers: 1, undispatched: 0 };
const keysOf = (value: object, path = ''): string[] =>
  Object.entries(value).flatMap(([name, inner]) => (typeof inner === 'object' ? keysOf(inner, `${path}${name}.`) : [`${path}${name}`]));

describe('the state of the job queue', () => {
  it('is fine when nothing waits for long and nothing failed', () => {
    expect(findingsOf(calm)).toEqual(['fine']);
    expect(findingsOf({ ...calm, undispatched: 2 })).toEqual(['fine']);
  });
  it('does not guess workers where the backend cannot tell', () => {
    expect(findingsOf({ ...calm, workers: null })).toEqual(['fine']);
  });
  it('names what is wrong, most pressing first', () => {
    expect(findingsOf({ reachable: false, counts: null, workers: null, undispatched: 40 })).toEqual(['unreachable', 'undispatched']);
    expect(findingsOf({ ...calm, workers: 0, counts: { ...calm.counts, failed: 3, waiting: 500 } })).toEqual([
      'no_workers',
      'failed',
      'waiting',
    ]);
  });
  it('says of what a failed job was about whether it is over, and where it is', () => {
    const id = 'x';
    const operation = (state: 'queued' | 'running' | 'paused' | 'succeeded' | 'failed' | 'cancelled') =>
      ({ thing: 'operation', operationId: id, kind: 'customers-tag', subject: '', state }) as const;
    const mail = (state: 'queued' | 'deferred' | 'sent' | 'bounced', more = {}) =>
      ({
        thing: 'mail',
        deliveryId: id,
        kind: 'welcome',
        recipient: '',
        subject: '',
        state,
        invitationId: null,
        customerId: null,
        ...more,
      }) as const;
    expect(
      (['queued', 'running', 'paused', 'succeeded', 'failed', 'cancelled'] as const).map((state) => standingOf(operation(state))),
    ).toEqual(['again', 'again', 'over', 'over', 'over', 'over']);
    expect((['queued', 'deferred', 'sent', 'bounced'] as const).map((state) => standingOf(mail(state)))).toEqual([
      'mailAgain',
      'mailAgain',
      'over',
      'over',
    ]);
    expect(standingOf(null)).toBeNull();
    expect(
      [
        operation('failed'),
        mail('sent', { invitationId: 'i', customerId: 'c' }),
        mail('sent', { customerId: 'c' }),
        mail('sent'),
        null,
      ].map(pathOf),
    ).toEqual(['/operations/x', '/invitations/i', '/customers/c', null, null]);
  });
  it('has words for every finding and every figure in both languages', () => {
    for (const messages of [en, ja]) {
      expect(Object.keys(messages.findings).sort()).toEqual(Object.keys(severity).sort());
      expect(Object.keys(messages.counts).sort()).toEqual(Object.keys(calm.counts).sort());
    }
    expect(keysOf(ja)).toEqual(keysOf(en));
  });
});
