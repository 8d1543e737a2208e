import { describe, expect, it } from 'vitest';
import { checkAnswerDays, checkForm, newForm } from './new-invitation.ts';

const good = { ...newForm({ email: 'a@contoso.com', company: 'Contoso' }, 'en', true, 365), message: '{link}' };
const rules = (change: Partial<typeof good>) => checkForm({ ...good, ...change }).map(({ path, rule }) => `${path} ${rule}`);

describe('the form of a new invitation', () => {
  it('takes what the address of the page brings along', () => {
    const form = newForm(
      { email: 'a@contoso.com', company: 'Contoso', domain: 'contoso.com', language: 'ja', name: ['x'] },
      'en',
      false,
      365,
    );
    expect(form).toMatchObject({
      email: 'a@contoso.com',
      companyName: 'Contoso',
      domain: 'contoso.com',
      language: 'ja',
      recipientName: '',
      delegatedAdmin: false,
    });
  });
  it('keeps the reader\u2019s language when the address names an unknown one', () => {
    expect(newForm({ language: 'tlh' }, 'ja', false, 365).language).toBe('ja');
  });
  it('names field and rule of what is missing or wrong', () => {
    expect(rules({})).toEqual([]);
    expect(rules({ email: ' ', companyName: '' })).toEqual(['email required', 'companyName required']);
    expect(rules({ email: 'nobody' })).toEqual(['email email']);
    expect(rules({ domain: 'no domain' })).toEqual(['domain domain']);
    expect(rules({ days: null })).toEqual(['days required']);
    expect(rules({ days: 0 })).toEqual(['days too_small']);
    expect(rules({ days: 91 })).toEqual(['days too_large']);
    expect(rules({ days: 1.5 })).toEqual(['days not_whole']);
    expect(rules({ message: 'x'.repeat(4001) })).toEqual(['message too_long']);
  });
});

describe('the days to answer', () => {
  it('are a whole number from 1 to 90; an emptied field is told as empty', () => {
    const rule = (days: number | string | null) => checkAnswerDays(days)[0]?.rule;
    expect([1, 90, '', null, Number.NaN, 1.5, 0, 91].map(rule)).toEqual([
      undefined,
      undefined,
      'required',
      'required',
      'required',
      'not_whole',
      'too_small',
      'too_large',
    ]);
  });
});
