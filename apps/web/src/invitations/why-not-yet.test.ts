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
});
