import { describe, expect, it } from 'vitest';
import { checkEditedAddress, type EditedFacts, editConsequences } from './edits.ts';

const before: EditedFacts = {
  companyName: 'Contoso',
  country: 'US',
  address: { line1: '1 Road', city: 'Seattle', state: 'WA', postalCode: '98101' },
  contact: { firstName: 'A', lastName: 'B', email: 'a@contoso.example' },
  language: 'en',
  supportContact: null,
  specialQualification: 'education',
};
const keys = (edit: Partial<EditedFacts>, open = { invitationTo: null as string | null, agreementRequestTo: null as string | null }) =>
  editConsequences(before, edit, open).map(({ key }) => key);

describe('what an edit will cause', () => {
  it('is nothing for what nobody else sees, and for what stays as it is', () => {
    expect(keys({})).toEqual([]);
    expect(keys({ ...before })).toEqual([]);
    expect(keys({ contact: { ...before.contact, firstName: 'Anna' } })).toEqual([]);
  });

  it('is said for each field that reaches somebody, and that there is nothing else', () => {
    expect(keys({ companyName: 'Contoso Ltd' })).toEqual(['name_on_mails_and_exports', 'nothing_else']);
    expect(keys({ language: 'ja' })).toEqual(['mails_in_language', 'nothing_else']);
    expect(keys({ supportContact: 'Team' })).toEqual(['support_contact_shown', 'nothing_else']);
    expect(keys({ specialQualification: null })).toEqual(['offers_close', 'nothing_else']);
    expect(keys({ specialQualification: 'non-profit' })).toEqual(['offers_close', 'offers_open', 'nothing_else']);
  });

  it('of another country says what of the address will not do there', () => {
    expect(keys({ country: 'JP' })).toEqual(['address_rules_of_country', 'state_void', 'postal_code_void', 'nothing_else']);
    expect(keys({ country: 'JP', address: { line1: '1-1', city: '千代田区', state: '13', postalCode: '100-0005' } })).toEqual([
      'address_rules_of_country',
      'nothing_else',
    ]);
  });

  it('of another address of the contact says what still goes to the old one', () => {
    const contact = { ...before.contact, email: 'new@contoso.example' };
    expect(keys({ contact })).toEqual(['mails_to_contact', 'nothing_else']);
    expect(keys({ contact }, { invitationTo: 'a@contoso.example', agreementRequestTo: 'a@contoso.example' })).toEqual([
      'mails_to_contact',
      'invitation_stays',
      'agreement_request_stays',
      'nothing_else',
    ]);
  });
});

describe('an edited address', () => {
  it('is checked by the rules of the country as both will be, and left alone when neither changes', () => {
    expect(checkEditedAddress(before, {})).toEqual([]);
    expect(checkEditedAddress({ country: 'US', address: { line1: 'old', city: '' } }, {})).toEqual([]);
    expect(checkEditedAddress(before, { country: 'JP' }).map(({ path }) => path)).toEqual(['address.state', 'address.postalCode']);
    expect(
      checkEditedAddress(before, { address: { line1: 'x', city: 'y', state: 'WA', postalCode: '1' } }).map(({ rule }) => rule),
    ).toEqual(['postal_code']);
    expect(checkEditedAddress({ country: 'US', address: null }, { country: 'JP' })).toEqual([]);
    expect(checkEditedAddress({ country: 'US', address: null }, { country: 'XX' })).toEqual([{ path: 'country', rule: 'country' }]);
  });
});
