import { describe, expect, it } from 'vitest';
import { deliveryStates } from './deliveries.ts';
import { relationshipStates } from './relationships.ts';
import { type StandingFacts, standingOf, standings } from './standing.ts';

const usual: StandingFacts = {
  relationship: 'active',
  delegatedAdmin: false,
  agreementAccepted: true,
  endFailed: null,
  hasInvitation: false,
  invitationMail: null,
  agreementRequest: null,
  contactMail: null,
};
const mails = [null, ...deliveryStates];
const every: StandingFacts[] = relationshipStates.flatMap((relationship) =>
  [true, false].flatMap((delegatedAdmin) =>
    [true, false].flatMap((agreementAccepted) =>
      [null, 'blocked', 'unexpected'].flatMap((endFailed) =>
        [true, false].flatMap((hasInvitation) =>
          mails.flatMap((mail) =>
            [null, { expired: false, mail }, { expired: true, mail }].map((agreementRequest) => ({
              ...{ relationship, delegatedAdmin, agreementAccepted, endFailed, hasInvitation, agreementRequest },
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
    const found = new Set(every.map(standingOf));
    expect([...found].sort()).toEqual([...standings].sort());
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
