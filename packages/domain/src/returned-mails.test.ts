import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deliveryStates, mostReturnDays } from './deliveries.ts';
import { decideReturn, type ReturnedDelivery, type ReturnReport, type returnIgnoredBecause } from './returned-mails.ts';

const now = new Date('2026-03-10T10:00:00Z');
const anna = 'anna@contoso.example';
const delivery: ReturnedDelivery = {
  state: 'sent',
  recipient: anna,
  messageId: '<1@clientele.mail>',
  queuedAt: new Date(now.getTime() - 60_000),
  delayedAt: null,
};
const report = (more: Partial<ReturnReport['recipients'][number]> = {}, messageId: string | null = '<1@clientele.mail>'): ReturnReport => ({
  recipients: [{ addresses: [anna], verdict: 'bounced', answer: '550 5.1.1 unknown', ...more }],
  messageId,
});

describe('a mail that came back', () => {
  it.each([
    ['bounced', 'bounce'],
    ['failed', 'fail'],
    ['delayed', 'delay'],
  ] as const)('%s: %s', (verdict, does) => {
    expect(decideReturn(delivery, report({ verdict }), now)).toEqual({ does, answer: '550 5.1.1 unknown' });
  });

  it('counts before the 250 is written down, and when the 250 was lost', () => {
    for (const state of ['sending', 'deferred', 'sent'] as const)
      expect(decideReturn({ ...delivery, state }, report(), now).does, state).toBe('bounce');
  });

  it('counts though the mail was forwarded, or was given another id on the way', () => {
    expect(decideReturn(delivery, report({ addresses: [anna, 'elsewhere@x.example'] }), now).does).toBe('bounce');
    expect(decideReturn(delivery, report({}, '<0100@ses.example>'), now).does).toBe('bounce');
    expect(decideReturn(delivery, report({}, null), now).does).toBe('bounce');
  });

  it.each<[string, ReturnedDelivery, ReturnReport | null, (typeof returnIgnoredBecause)[number]]>([
    ['an absence note', delivery, null, 'no_report'],
    ['names another recipient', delivery, report({ addresses: ['bea@contoso.example'] }), 'other_recipient'],
    ['names nobody', delivery, { recipients: [], messageId: null }, 'other_recipient'],
    ['returns another mail of ours', delivery, report({}, '<2@clientele.mail>'), 'other_mail'],
    ['says that it was delivered', delivery, report({ verdict: null }), 'not_a_failure'],
    [
      'comes a month too late',
      { ...delivery, queuedAt: new Date(now.getTime() - (mostReturnDays + 1) * 86_400_000) },
      report(),
      'too_late',
    ],
    ['is about a mail that has not been sent', { ...delivery, state: 'queued' }, report(), 'never_sent'],
    ['says again what is known', { ...delivery, state: 'bounced' }, report(), 'known'],
    ['says bounced of what has failed', { ...delivery, state: 'failed' }, report(), 'known'],
    ['says delayed once more', { ...delivery, delayedAt: now }, report({ verdict: 'delayed' }), 'known'],
    ['says delayed of what came back', { ...delivery, state: 'bounced' }, report({ verdict: 'delayed' }), 'known'],
  ])('changes nothing when it %s', (_what, of, what, because) => {
    expect(decideReturn(of, what, now)).toEqual({ does: 'nothing', because });
  });

  it('changes a mail for good at most once, whatever comes in whatever order', () => {
    const verdicts = fc.constantFrom('bounced' as const, 'failed' as const, 'delayed' as const, null);
    fc.assert(
      fc.property(fc.constantFrom(...deliveryStates), fc.array(verdicts, { maxLength: 10 }), (state, many) => {
        let at: ReturnedDelivery = { ...delivery, state };
        let changes = 0;
        for (const verdict of many) {
          const { does } = decideReturn(at, report({ verdict }), now);
          if (does === 'delay') at = { ...at, delayedAt: now };
          if (does === 'bounce' || does === 'fail') {
            changes += 1;
            at = { ...at, state: does === 'bounce' ? 'bounced' : 'failed' };
          }
        }
        expect(changes).toBeLessThanOrEqual(1);
      }),
    );
  });
});
