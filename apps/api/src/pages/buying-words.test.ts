import { type FieldError, languages } from '@clientele/domain';
import { describe, expect, it } from 'vitest';
import { buyingNotices, buyingRule, buyingWords } from './buying-words.ts';
import { Html, html } from './html.ts';

/** Every text of a tree of words, with what is put in standing as X. */
function textsOf(value: unknown, path = ''): [path: string, text: string][] {
  if (typeof value === 'string') return [[path, value]];
  if (value instanceof Html) return [[path, value.toString()]];
  if (Array.isArray(value)) return value.flatMap((one, index) => textsOf(one, `${path}.${index}`));
  if (typeof value === 'function') {
    if (path.endsWith('.scopeShort')) return textsOf(value('resource-group', 'X'), path);
    if (path.startsWith('.rules.')) return textsOf(value({ amount: '5', currency: 'JPY', min: 1, max: 9 }), path);
    const isNumber = ['.times', '.term', '.surcharge'].includes(path);
    return textsOf(isNumber ? value(12) : value(html`X`, html`7`), path);
  }
  return Object.entries(value as object).flatMap(([key, one]) => textsOf(one, `${path}.${key}`));
}

describe.each(languages)('the words of buying in %s', (language) => {
  it('are all there, and in their language', () => {
    const texts = textsOf(buyingWords[language]);
    expect(texts.length).toBeGreaterThan(120);
    for (const [path, text] of texts) {
      expect(text.trim(), path).not.toBe('');
      expect(text, path).not.toMatch(/undefined|null|\[object/);
      if (path !== '.fields.subscriptionId' && path !== '.rows.plan' && path !== '.times')
        expect(/[\u3040-\u30ff\u4e00-\u9fff]/.test(text), `${path}: ${text}`).toBe(language === 'ja');
    }
    expect(Object.keys(buyingWords[language].notices).sort()).toEqual([...buyingNotices].sort());
  });

  it('name the rule and the figures of what is over a cap', () => {
    for (const rule of ['over_purchase_cap', 'over_month_cap'] as const) {
      const error: FieldError = { path: 'quantity', rule, params: { amount: '1234.50', currency: 'USD' } };
      expect(buyingRule(language, error)).toContain('1234.50 USD');
    }
  });
});
