import { describe, expect, it } from 'vitest';
import { bodyOf, checkForm, emptyForm, fillForm, stepOf } from './new-customer.ts';

const filled = () => {
  const form = emptyForm('US', 'en', true);
  fillForm(form, {
    companyName: 'Contoso',
    domainPrefix: 'contoso',
    country: 'US',
    address: { line1: '1 Main Street', city: 'Redmond', state: 'WA', postalCode: '98052' },
    contact: { firstName: 'Aiko', lastName: 'Tanaka', email: 'aiko@contoso.example' },
    language: 'ja',
    agreement: { by: 'partner', firstName: 'Aiko', lastName: 'Tanaka', email: 'aiko@contoso.example', date: '2026-01-05' },
    subscriptions: [{ productId: 'm365-e3', quantity: 3 }],
  });
  return form;
};

describe('the form of a new customer', () => {
  it('is in order when it holds what an operation was asked for', () => {
    const form = filled();
    expect(checkForm(form, 'company')).toEqual([]);
    expect(checkForm(form, 'contact')).toEqual([]);
    expect(checkForm(form, 'subscriptions')).toEqual([]);
    expect(form.agreement.sameAsContact).toBe(true);
  });

  it('keeps another signer apart from the contact', () => {
    const form = filled();
    fillForm(form, { agreement: { by: 'partner', firstName: 'Ben', lastName: 'Smith', email: 'ben@contoso.example', date: '2026-01-05' } });
    expect(form.agreement.sameAsContact).toBe(false);
    expect(bodyOf(form).agreement).toMatchObject({ by: 'partner', firstName: 'Ben' });
  });

  it('names field and rule of what is missing or wrong', () => {
    const form = filled();
    form.companyName = ' ';
    form.domainPrefix = 'a';
    form.address.postalCode = '1';
    form.address.state = '';
    expect(checkForm(form, 'company')).toEqual([
      { path: 'companyName', rule: 'required' },
      { path: 'domainPrefix', rule: 'domain_prefix', params: { min: 3, max: 27 } },
      { path: 'address.state', rule: 'state_required', params: { country: 'US' } },
      { path: 'address.postalCode', rule: 'postal_code', params: { country: 'US', example: '95014' } },
    ]);
    form.agreement.date = emptyForm('US', 'en', true).agreement.date;
    expect(checkForm(form, 'contact')).toEqual([{ path: 'agreement.date', rule: 'required' }]);
    form.agreement.date = '2999-01-01';
    expect(checkForm(form, 'contact')).toEqual([{ path: 'agreement.date', rule: 'date_in_future' }]);
    form.subscriptions = [{ productId: 'm365-e3', quantity: 20_000 }];
    expect(checkForm(form, 'subscriptions')).toEqual([{ path: 'subscriptions.0.quantity', rule: 'too_large', params: { max: 10_000 } }]);
  });

  it('sends no subscriptions while the customer has yet to accept the agreement', () => {
    const form = filled();
    form.agreement.by = 'customer';
    expect(bodyOf(form)).toMatchObject({ agreement: { by: 'customer' }, subscriptions: [] });
  });

  it('leaves empty optional fields out', () => {
    expect(JSON.parse(JSON.stringify(bodyOf(filled())))).toMatchObject({
      address: { line1: '1 Main Street', city: 'Redmond', state: 'WA', postalCode: '98052' },
    });
    expect(JSON.stringify(bodyOf(filled()))).not.toContain('line2');
  });

  it('knows the step of every field', () => {
    expect(['address.city', 'contact.email', 'agreement.date', 'language', 'subscriptions.0.quantity', 'domainPrefix'].map(stepOf)).toEqual(
      ['company', 'contact', 'contact', 'contact', 'subscriptions', 'company'],
    );
  });
});
