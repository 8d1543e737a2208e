import { languages } from '@clientele/domain';
import { describe, expect, it } from 'vitest';
import { Html, html } from './html.ts';
import { ownNotices, ownWords } from './own-page-words.ts';

/** Every text of a tree of words, with what is put in standing as X. */
function textsOf(value: unknown, path = ''): [path: string, text: string][] {
  if (typeof value === 'string') return [[path, value]];
  if (value instanceof Html) return [[path, value.toString()]];
  if (Array.isArray(value)) return value.flatMap((one, index) => textsOf(one, `${path}.${index}`));
  if (typeof value === 'function') {
    const X = html`X`;
    return [
      {},
      { delegatedAdmin: true, because: 'customer', until: '2026-12-01T09:00:00Z' },
      { because: 'expired', purpose: 'delegated-admin' },
    ].flatMap((data) => textsOf(value(X, X, data), path));
  }
  return Object.entries(value as object).flatMap(([key, one]) => textsOf(one, `${path}.${key}`));
}

describe.each(languages)('the words of the customer’s own pages in %s', (language) => {
  it('are all there, and in their language', () => {
    const texts = textsOf(ownWords[language]);
    expect(texts.length).toBeGreaterThan(120);
    for (const [path, text] of texts) {
      expect(text.trim(), path).not.toBe('');
      expect(text, path).not.toMatch(/undefined|null|\[object/);
      expect(/[\u3040-\u30ff\u4e00-\u9fff]/.test(text), `${path}: ${text}`).toBe(language === 'ja');
    }
  });

  it('have a sentence for every notice', () => {
    for (const notice of ownNotices) expect(ownWords[language].notices[notice]).toMatch(language === 'ja' ? /。$/ : /\.$/);
  });
});
