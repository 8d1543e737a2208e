import { eventTypes, operationKinds, reactingEventTypes } from '@clientele/domain';
import { describe, expect, it } from 'vitest';
import { jobs, queueNames } from './catalogue.ts';
import { isReacting, jobsOf, reactions } from './reactions.ts';

const partnerId = '0190a000-0000-7000-8000-000000000001';
const thing = '0190a000-0000-7000-8000-000000000002';
const event = (type: string, data: unknown = {}) => ({ id: '0190a000-0000-7000-8000-000000000003', partnerId, type, data });

describe('the reactions', () => {
  it('are there for the events that stay in the outbox, and for no other', () => {
    expect(Object.keys(reactions).sort()).toEqual([...reactingEventTypes].sort());
    expect(eventTypes.filter(isReacting).sort()).toEqual([...reactingEventTypes].sort());
  });

  it('make jobs whose payload parses and holds ids only, one for each event', () => {
    const made = [
      jobsOf(event('mail.queued', { deliveryId: thing, kind: 'welcome' })),
      jobsOf(event('operation.queued', { operationId: thing, kind: 'relationship-end' })),
      jobsOf(event('operation.resumed', { operationId: thing, kind: 'customers-tag' })),
    ];
    expect(made).toMatchObject([
      [{ name: 'mail.send', payload: { partnerId, deliveryId: thing } }],
      [{ name: 'operation.run', payload: { partnerId, operationId: thing } }],
      [{ name: 'bulk.run', payload: { partnerId, operationId: thing } }],
    ]);
    for (const [job] of made as NonNullable<(typeof made)[number]>[]) {
      expect(jobs[job!.name].payload.strict().safeParse(job!.payload).success).toBe(true);
      // BullMQ takes no id with a colon and none of digits alone.
      expect(job!.id).toMatch(/^[\da-f-]{36}$/);
    }
    for (const type of eventTypes) if (!isReacting(type)) expect(jobsOf(event(type)), type).toEqual([]);
  });

  it('leave an unknown type to a newer release, also one that every object has', () => {
    for (const type of ['of.tomorrow', '', 'toString', 'constructor', '__proto__']) expect(jobsOf(event(type)), type).toBeUndefined();
  });

  it('keep work through many rows in a queue of its own, so that nobody waits behind it', () => {
    const queueOf = (kind: string) => jobs[jobsOf(event('operation.queued', { operationId: thing, kind }))![0]!.name].queue;
    expect(Object.fromEntries(operationKinds.map((kind) => [kind, queueOf(kind)]))).toEqual({
      'customer-onboarding': 'operations',
      'relationship-end': 'operations',
      'customers-tag': 'bulk',
      'customers-untag': 'bulk',
      'subscriptions-suspend': 'bulk',
      'customers-export': 'bulk',
      'customer-import': 'bulk',
    });
    expect(queueOf('of-tomorrow')).toBe('operations');
  });

  it('go to queues that exist', () => {
    for (const job of Object.values(jobs)) expect(queueNames).toContain(job.queue);
  });
});
