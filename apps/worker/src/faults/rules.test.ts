import { describe, expect, it } from 'vitest';
import { notTaken, type StampedEvent, sentTooOften } from './rules.ts';

describe('a mail that went out', () => {
  it('twice in one attempt, while no worker was killed, went out once too often', () => {
    expect(sentTooOften([1000], { attempts: 1, kills: [] })).toBe(0);
    expect(sentTooOften([1000, 1050], { attempts: 1, kills: [] })).toBe(1);
    // Kills of long before and of afterwards excuse nothing.
    expect(sentTooOften([10_000, 10_050, 10_060], { attempts: 1, kills: [2000, 10_070] })).toBe(2);
  });

  it('of which no attempt is written down was the last of a worker that was killed right after it, or went out once too often', () => {
    expect(sentTooOften([10_000], { attempts: 0, kills: [10_100] })).toBe(0);
    expect(sentTooOften([10_000], { attempts: 0, kills: [] })).toBe(1);
    expect(sentTooOften([10_000], { attempts: 0, kills: [12_000] })).toBe(1);
  });

  it('again after the worker that had sent it was killed, or after an attempt that is written down, is right', () => {
    expect(sentTooOften([10_000, 14_000], { attempts: 1, kills: [10_001] })).toBe(0);
    expect(sentTooOften([10_000, 14_000], { attempts: 2, kills: [] })).toBe(0);
    expect(sentTooOften([], { attempts: 0, kills: [] })).toBe(0);
  });
});

describe('an event that is stamped as handed over', () => {
  const event = (more: Partial<StampedEvent> = {}): StampedEvent => ({
    ...{ id: 'event', type: 'mail.queued', data: { deliveryId: 'delivery' }, dispatched_at: new Date(10_000) },
    ...more,
  });

  it('has its job in the queue, alone or with others of its kind', () => {
    expect(notTaken([event()], [], [])).toHaveLength(1);
    expect(notTaken([event()], [{ id: 'event', name: 'mail.send', data: { deliveryId: 'delivery' } }], [])).toEqual([]);
    expect(notTaken([event()], [{ id: 'a-b', name: 'mails.send', data: { deliveryIds: ['other', 'delivery'] } }], [])).toEqual([]);
  });

  it('is not excused by the job that the sweeper brought for the same mail', () => {
    expect(notTaken([event()], [{ id: 'delivery-again-7', name: 'mail.send', data: { deliveryId: 'delivery' } }], [])).toHaveLength(1);
  });

  it('is excused when the queue lost what it had afterwards, and asks for no job when nothing follows from it', () => {
    expect(notTaken([event()], [], [{ from: 11_000, to: 12_000 }])).toEqual([]);
    expect(notTaken([event()], [], [{ from: 1000, to: 2000 }])).toHaveLength(1);
    expect(notTaken([event({ type: 'customer.edited' }), event({ dispatched_at: null })], [], [])).toEqual([]);
  });
});
