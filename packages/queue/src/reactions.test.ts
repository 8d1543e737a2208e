import { eventTypes } from '@clientele/domain';
import { describe, expect, it } from 'vitest';
import { jobs, queueNames } from './catalogue.ts';
import { jobsOf, reactions } from './reactions.ts';

const partnerId = '0190a000-0000-7000-8000-000000000001';
const thing = '0190a000-0000-7000-8000-000000000002';
const event = (type: string, data: unknown = {}) => ({ id: '0190a000-0000-7000-8000-000000000003', partnerId, type, data });

describe('the reactions', () => {
  it('are there for every type of event, and for no other', () => {
    expect(Object.keys(reactions).sort()).toEqual([...eventTypes].sort());
  });

  it('make jobs whose payload parses and holds ids only, one for each event', () => {
    const made = [
      jobsOf(event('mail.queued', { deliveryId: thing, kind: 'welcome' })),
      jobsOf(event('operation.queued', { operationId: thing, kind: 'relationship-end' })),
    ];
    expect(made).toMatchObject([
      [{ name: 'mail.send', payload: { partnerId, deliveryId: thing } }],
      [{ name: 'operation.run', payload: { partnerId, operationId: thing } }],
    ]);
    for (const [job] of made as NonNullable<(typeof made)[number]>[]) {
      expect(jobs[job!.name].payload.strict().safeParse(job!.payload).success).toBe(true);
      // BullMQ takes no id with a colon and none of digits alone.
      expect(job!.id).toMatch(/^[\da-f-]{36}$/);
    }
    for (const type of eventTypes) if (!['mail.queued', 'operation.queued'].includes(type)) expect(jobsOf(event(type)), type).toEqual([]);
  });

  it('leave an unknown type to a newer release, also one that every object has', () => {
    for (const type of ['of.tomorrow', '', 'toString', 'constructor', '__proto__']) expect(jobsOf(event(type)), type).toBeUndefined();
  });

  it('go to queues that exist', () => {
    for (const job of Object.values(jobs)) expect(queueNames).toContain(job.queue);
  });
});
