import { deliveryStates, invitationStates } from '@clientele/domain';
import { describe, expect, it } from 'vitest';
import { causes, standingOf } from './why-not-yet.ts';

const now = new Date('2026-03-10T10:00:00Z');
const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000).toISOString();
const mail = (state: (typeof deliveryStates)[number], minutes = 0) => ({
  state,
  queuedAt: ago(minutes),
  sentAt: state === 'sent' ? ago(minutes) : null,
  returnedAt: null,
  delayedAt: null,
});

describe('why not yet?', () => {
  it('has one cause and one next action for every state with every mail', () => {
    for (const state of invitationStates)
      for (const newest of [null, ...deliveryStates.map((delivery) => mail(delivery))]) {
        const standing = standingOf({ state, customerId: null }, newest, now);
        expect(causes).toContain(standing.cause);
      }
  });
  it('speaks of the mail only while the invitation is pending', () => {
    for (const state of invitationStates.filter((state) => state !== 'pending'))
      expect(standingOf({ state, customerId: null }, mail('bounced'), now).cause).toBe(state);
  });
  it('asks for another address when the mail server refused this one', () => {
    expect(standingOf({ state: 'pending', customerId: null }, mail('bounced'), now)).toEqual({
      cause: 'bounced',
      act: 'fix-address',
      tone: 'error',
    });
  });
  it('asks for another person when the owner of the address wants no mail, whatever the last mail came to', () => {
    const standing = (more: object) => standingOf({ state: 'pending', customerId: null, ...more }, mail('sent', 9000), now);
    expect(standing({ suppressed: 'unsubscribed' })).toEqual({ cause: 'unsubscribed', act: 'fix-address', tone: 'warning' });
    for (const suppressed of ['bounced', null]) expect(standing({ suppressed }).cause).toBe('unanswered');
  });
  it('tells a mail that came back from one that was refused at once, and whether it is the address', () => {
    const standing = (state: 'bounced' | 'failed' | 'sent', more: object) =>
      standingOf({ state: 'pending', customerId: null }, { ...mail(state), ...more }, now);
    expect(standing('bounced', { returnedAt: ago(1) })).toEqual({ cause: 'returned', act: 'fix-address', tone: 'error' });
    expect(standing('failed', { returnedAt: ago(1) })).toEqual({ cause: 'undelivered', act: 'copy-link', tone: 'error' });
    expect(standing('sent', { delayedAt: ago(1) })).toEqual({ cause: 'delayed', act: 'copy-link', tone: 'warning' });
  });
  it('says that a mail which nobody takes out of the queue is stuck', () => {
    expect(standingOf({ state: 'pending', customerId: null }, mail('queued', 1), now).cause).toBe('queued');
    expect(standingOf({ state: 'pending', customerId: null }, mail('queued', 10), now).cause).toBe('stuck');
  });
  it('suggests to ask after two days without an answer', () => {
    expect(standingOf({ state: 'pending', customerId: null }, mail('sent', 60), now).cause).toBe('sent');
    expect(standingOf({ state: 'pending', customerId: null }, mail('sent', 3 * 24 * 60), now).cause).toBe('unanswered');
  });

  const seen = (visitor: 'machine' | 'unclear' | 'person', minutes: number, continued = false) => ({
    visitor,
    lastAt: ago(minutes),
    continuedAt: continued ? ago(minutes) : null,
  });
  const day = 24 * 60;
  const pending = { state: 'pending', customerId: null } as const;
  it('is a hand-over that waits for the partner, whatever else there is', () => {
    for (const newest of [null, ...deliveryStates.map((delivery) => mail(delivery))])
      expect(standingOf({ ...pending, handOver: { createdAt: ago(5) }, visits: [seen('person', 1)] }, newest, now)).toMatchObject({
        cause: 'hand_over',
        act: 'hand-over',
      });
    for (const state of invitationStates.filter((one) => one !== 'pending'))
      expect(standingOf({ state, customerId: null, handOver: { createdAt: ago(5) } }, null, now).cause).toBe(state);
  });
  it.each([
    ['opened by a person just now', [seen('person', 5)], 'opened', 'none'],
    ['opened by a person two days ago and not answered', [seen('person', 2 * day + 1)], 'opened_unanswered', 'resend'],
    ['begun by a person', [seen('person', 30, true)], 'continued', 'none'],
    ['opened by a person after scanners', [seen('machine', 60), seen('unclear', 3), seen('person', 5)], 'opened', 'none'],
    ['opened by scanners only', [seen('machine', 60)], 'only_machines', 'copy-link'],
    ['opened by nobody knows whom', [seen('machine', 60), seen('unclear', 30)], 'opened_unclear', 'none'],
  ] as const)('tells that it was %s', (_, visits, cause, act) => {
    for (const newest of [mail('sent', 3 * 60), null])
      expect(standingOf({ ...pending, visits }, newest, now)).toMatchObject({ cause, act, at: expect.any(String) });
  });
  it('asks for more of a mail that nobody has looked at for days', () => {
    expect(standingOf({ ...pending, visits: [seen('machine', 60)] }, mail('sent', 60), now).tone).toBe('info');
    expect(standingOf({ ...pending, visits: [seen('machine', 60)] }, mail('sent', 3 * day), now).tone).toBe('warning');
    expect(standingOf({ ...pending, visits: [seen('unclear', 60)] }, mail('sent', 3 * day), now).cause).toBe('unanswered');
  });
  it('speaks of a mail that did not arrive, unless a person has come since', () => {
    for (const state of ['deferred', 'bounced', 'failed'] as const) {
      expect(standingOf({ ...pending, visits: [seen('person', 90)] }, mail(state, 60), now).cause).toBe(state);
      expect(standingOf({ ...pending, visits: [seen('machine', 5), seen('unclear', 5)] }, mail(state, 60), now).cause).toBe(state);
      expect(standingOf({ ...pending, visits: [seen('person', 5)] }, mail(state, 60), now).cause).toBe('opened');
    }
  });
});
