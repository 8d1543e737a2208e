import { eventTypes, operationKinds, reactingEventTypes } from '@clientele/domain';
import { describe, expect, it } from 'vitest';
import { jobs, mostMailsOfJob, queueNames } from './catalogue.ts';
import { isReacting, jobsOf, jobsOfAll, reactions } from './reactions.ts';

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

  it('gather mails of one partner that are handed over together, and leave all else as it is', () => {
    const idOf = (n: number) => `0190a000-0000-7000-8000-${String(n).padStart(12, '0')}`;
    const mail = (n: number, of = partnerId) => ({
      id: idOf(n),
      partnerId: of,
      type: 'mail.queued',
      data: { deliveryId: idOf(n + 500), kind: 'invitation' },
    });
    const other = idOf(999);
    const made = jobsOfAll([
      ...Array.from({ length: mostMailsOfJob + 2 }, (_, n) => mail(n)),
      mail(300, other),
      mail(0),
      { ...event('operation.queued', { operationId: thing, kind: 'customers-tag' }), id: idOf(400) },
      { ...event('of.tomorrow'), id: idOf(401) },
    ]);
    expect(made.map(({ name, id }) => [name, id])).toEqual([
      ['bulk.run', idOf(400)],
      ['mails.send', `${idOf(0)}-${idOf(mostMailsOfJob - 1)}`],
      ['mails.send', `${idOf(mostMailsOfJob)}-${idOf(mostMailsOfJob + 1)}`],
      ['mail.send', idOf(300)],
    ]);
    const sent = made.flatMap(({ payload }) =>
      'deliveryIds' in payload ? payload.deliveryIds : 'deliveryId' in payload ? [payload.deliveryId] : [],
    );
    expect(sent).toEqual([...Array.from({ length: mostMailsOfJob + 2 }, (_, n) => idOf(n + 500)), idOf(800)]);
    for (const { name, payload } of made) expect(jobs[name].payload.strict().safeParse(payload).success).toBe(true);
  });

  it('leave an unknown type to a newer release, also one that every object has', () => {
    for (const type of ['of.tomorrow', '', 'toString', 'constructor', '__proto__']) expect(jobsOf(event(type)), type).toBeUndefined();
  });

  it('keep work through many rows in a queue of its own, so that nobody waits behind it', () => {
    const queueOf = (kind: string) => jobs[jobsOf(event('operation.queued', { operationId: thing, kind }))![0]!.name].queue;
    expect(Object.fromEntries(operationKinds.map((kind) => [kind, queueOf(kind)]))).toEqual({
      'customer-onboarding': 'operations',
      'relationship-end': 'operations',
      'relationships-end': 'bulk',
      'customers-tag': 'bulk',
      'customers-untag': 'bulk',
      'subscriptions-suspend': 'bulk',
      'delegated-admin-extend': 'bulk',
      'customers-export': 'bulk',
      'customer-import': 'bulk',
      'customers-invite': 'bulk',
      'invitations-send': 'bulk',
    });
    expect(queueOf('of-tomorrow')).toBe('operations');
  });

  it('go to queues that exist', () => {
    for (const job of Object.values(jobs)) expect(queueNames).toContain(job.queue);
  });
});
