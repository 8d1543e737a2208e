import { describe, expect, it } from 'vitest';
import { deliveryStates } from './deliveries.ts';
import { relationshipStates } from './relationships.ts';
import { type StandingFacts, standingOf, standings } from './standing.ts';

const usual: StandingFacts = {
  relationship: 'active',
  delegatedAdmin: false,
  adminDaysLeft: null,
  agreementAccepted: true,
  endFailed: null,
  plannedEnd: null,
  hasInvitation: false,
  invitationMail: null,
  agreementRequest: null,
  contactMail: null,
};
const mails = [null, ...deliveryStates];
const planned: StandingFacts[] = [true, false].flatMap((awaitsApproval) =>
  [true, false].flatMap((isDated) => [true, false].map((isHeldUp) => ({ ...usual, plannedEnd: { awaitsApproval, isDated, isHeldUp } }))),
);
const every: StandingFacts[] = relationshipStates.flatMap((relationship) =>
  [true, false].flatMap((delegatedAdmin) =>
    [true, false].flatMap((agreementAccepted) =>
      [null, 'blocked', 'unexpected'].flatMap((endFailed) =>
        [true, false].flatMap((hasInvitation) =>
          mails.flatMap((mail) =>
            [null, { expired: false, mail }, { expired: true, mail }].map((agreementRequest) => ({
              ...{
                relationship,
                delegatedAdmin,
                adminDaysLeft: hasInvitation ? 6 : 200,
                agreementAccepted,
                endFailed,
                hasInvitation,
                agreementRequest,
              },
              plannedEnd: null,
              invitationMail: mail,
              contactMail: mail,
            })),
          ),
        ),
      ),
    ),
  ),
);

describe('the sentence at the top of a customer', () => {
  it('is one of the known ones in every situation, and each of them comes up', () => {
    const found = new Set([...every, ...planned].map(standingOf));
    expect([...found].sort()).toEqual([...standings].sort());
  });

  it('says that the relationship ends, and what that waits for, before anything else of a live one', () => {
    const ends = { ...usual, agreementAccepted: false, contactMail: 'bounced' as const };
    const with_ = (plannedEnd: NonNullable<StandingFacts['plannedEnd']>) => standingOf({ ...ends, plannedEnd });
    expect(with_({ awaitsApproval: true, isDated: true, isHeldUp: false })).toBe('endAwaitsApproval');
    expect(with_({ awaitsApproval: false, isDated: false, isHeldUp: false })).toBe('endWhenClear');
    expect(with_({ awaitsApproval: false, isDated: true, isHeldUp: false })).toBe('endAt');
    expect(with_({ awaitsApproval: false, isDated: true, isHeldUp: true })).toBe('endHeldUp');
    // Once it has begun, or is over, the plan is history.
    const plannedEnd = { awaitsApproval: false, isDated: false, isHeldUp: false };
    expect(standingOf({ ...ends, relationship: 'ending', plannedEnd })).toBe('ending');
    expect(standingOf({ ...ends, relationship: 'ended', plannedEnd })).toBe('ended');
  });

  it('says what needs a person before what is merely so', () => {
    expect(standingOf(usual)).toBe('active');
    expect(standingOf({ ...usual, contactMail: 'bounced' })).toBe('contactUndelivered');
    expect(standingOf({ ...usual, agreementAccepted: false, contactMail: 'bounced' })).toBe('noAgreement');
    expect(standingOf({ ...usual, agreementAccepted: false, agreementRequest: { expired: false, mail: 'sent' } })).toBe('agreementAsked');
    expect(standingOf({ ...usual, agreementAccepted: false, agreementRequest: { expired: false, mail: 'bounced' } })).toBe(
      'agreementUndelivered',
    );
    expect(standingOf({ ...usual, relationship: 'ending', endFailed: 'blocked' })).toBe('endingBlocked');
    expect(standingOf({ ...usual, relationship: 'requested', hasInvitation: true, invitationMail: 'failed' })).toBe('requestedUndelivered');
  });
});
