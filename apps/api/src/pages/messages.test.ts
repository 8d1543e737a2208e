import { type FieldError, languages } from '@clientele/domain';
import { describe, expect, it } from 'vitest';
import { agreements } from './agreement.ts';
import { errorPageKinds, pageNotices, ruleSentence, sentences } from './messages.ts';

const rulesOfTheForms: FieldError[] = [
  ...['companyName', 'domain', 'country', 'firstName', 'lastName', 'password', 'agreement'].map(
    (path): FieldError => ({ path, rule: 'required' }),
  ),
  { path: 'companyName', rule: 'too_long', params: { max: 200 } },
  { path: 'firstName', rule: 'control_characters' },
  { path: 'domain', rule: 'domain' },
  { path: 'domain', rule: 'domain_lookalike' },
  { path: 'domain', rule: 'domain_taken' },
  { path: 'country', rule: 'country' },
  { path: 'email', rule: 'email' },
  { path: 'password', rule: 'too_short', params: { min: 10 } },
  { path: 'password', rule: 'too_long', params: { max: 128 } },
  { path: 'password', rule: 'password' },
  { path: 'reason', rule: 'too_long', params: { max: 1000 } },
  { path: 'adminName', rule: 'required' },
  { path: 'adminEmail', rule: 'email' },
  { path: 'adminEmail', rule: 'same_address' },
  { path: 'adminEmail', rule: 'address_bounced' },
];

describe.each(languages)('the sentences in %s', (language) => {
  it.each(rulesOfTheForms)('name the rule $rule at $path', (error) => {
    const fallback = ruleSentence(language, { path: 'companyName', rule: 'cursor' });
    const sentence = ruleSentence(language, error);
    expect(sentence).not.toBe(fallback);
    expect(sentence).toMatch(language === 'ja' ? /。$/ : /[.]$/);
    for (const value of Object.values(error.params ?? {})) expect(sentence).toContain(String(value));
  });

  it('have words for a rule that nobody has thought of', () => {
    expect(ruleSentence(language, { path: 'companyName', rule: 'cursor' }).length).toBeGreaterThan(5);
  });

  it('cover every notice and every page of an error', () => {
    for (const notice of pageNotices) expect(sentences[language].notices[notice]).toBeTruthy();
    for (const kind of errorPageKinds) expect(sentences[language].errorPages[kind].text).toBeTruthy();
  });
});

describe('the Japanese sentences', () => {
  it('are Japanese', () => {
    const japanese = /[\u3040-\u30ff\u4e00-\u9fff]/;
    for (const [key, text] of Object.entries(sentences.ja)) {
      if (typeof text === 'string' && key !== 'product') expect(text, key).toMatch(japanese);
    }
    for (const text of [...Object.values(sentences.ja.notices), ...sentences.ja.invalid.steps]) expect(text).toMatch(japanese);
  });
});

describe('the customer agreement', () => {
  it('says the same in each language, section by section', () => {
    const [first, ...others] = languages.map((language) => agreements[language].sections.length);
    expect(first).toBeGreaterThan(5);
    for (const count of others) expect(count).toBe(first);
  });
});
