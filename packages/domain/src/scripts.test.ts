import { describe, expect, it } from 'vitest';
import { normalizeDomain } from './names.ts';
import { isLookalikeDomain, readableDomain } from './scripts.ts';

const kept = (typed: string) => normalizeDomain(typed) ?? typed;

describe('a domain that is made to be taken for another', () => {
  // Cyrillic а, о, е, and whole labels of letters that look Latin; Greek omicron; Latin with one Greek or Armenian letter.
  it.each([
    'аpple.com',
    'micrоsoft.com',
    'соntoso.example',
    'раураӏ.com',
    'аррӏе.com',
    'cοntoso.example',
    'conտoso.example',
    'shop.gооgle.com',
    'οοο.example',
  ])('%s is one', (typed) => {
    expect(isLookalikeDomain(kept(typed))).toBe(true);
    expect(readableDomain(kept(typed))).toMatch(/xn--/);
  });

  it.each([
    'contoso.example',
    'bücher.example',
    'møller.dk',
    '日本語.jp',
    'ソニー銀行.jp',
    'abc株式会社.jp',
    'お名前-net.com',
    'президент.рф',
    'яндекс.com',
    'παράδειγμα.gr',
    'مثال.example',
    '예시.kr',
    'x1-2.example',
    '123.example',
  ])('%s is none, and is shown as it is written', (typed) => {
    expect(isLookalikeDomain(kept(typed))).toBe(false);
    expect(readableDomain(kept(typed))).toBe(typed);
  });

  it('that is broken punycode stays as it is', () => {
    for (const label of ['xn--', 'xn--99999999', 'xn--a-ecp.ru', 'xn---']) expect(() => readableDomain(`${label}.example`)).not.toThrow();
  });
});
