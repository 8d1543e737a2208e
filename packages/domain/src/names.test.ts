import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkDomainPrefix, normalizeDomain } from './names.ts';

describe('a domain name', () => {
  it.each([
    ['contoso.example', 'contoso.example'],
    ['  Contoso.EXAMPLE  ', 'contoso.example'],
    ['contoso.example.', 'contoso.example'],
    ['xn--wgv71a119e.jp', 'xn--wgv71a119e.jp'],
    ['日本語.jp', 'xn--wgv71a119e.jp'],
    ['日本語。jp', 'xn--wgv71a119e.jp'],
    ['BÜCHER.example', 'xn--bcher-kva.example'],
    // Cyrillic letters that look Latin: shown for what they are.
    ['аpple.com', 'xn--pple-43d.com'],
    ['ｅｘａｍｐｌｅ.com', 'example.com'],
    [`${'a'.repeat(63)}.example`, `${'a'.repeat(63)}.example`],
    ['1and1.de', '1and1.de'],
    ['a.b.c.d.e.example', 'a.b.c.d.e.example'],
  ])('%s is kept as %s', (typed, kept) => {
    expect(normalizeDomain(typed)).toBe(kept);
  });

  it.each([
    '',
    '.',
    '..',
    ' ',
    'contoso',
    'localhost',
    'contoso..example',
    '.contoso.example',
    'contoso.example..',
    'contoso.example:443',
    'contoso.example/path',
    'contoso.example?x',
    'contoso.example#x',
    'http://contoso.example',
    'user@contoso.example',
    '\\\\contoso.example',
    '127.0.0.1',
    '192.168.1',
    '0x7f.0.0.1',
    '2130706433',
    '1.1',
    '[::1]',
    '::1',
    '１２７.0.0.1',
    `${'a'.repeat(64)}.example`,
    `${'a.'.repeat(127)}example`,
    '-contoso.example',
    'contoso-.example',
    'con_toso.example',
    'con toso.example',
    'con\ttoso.example',
    'con\ntoso.example',
    'contoso.example%00',
    'contoso.ex%61mple',
    'contoso.123',
    '*.contoso.example',
    'contoso.example,other.example',
    'contoso／.example',
    '<script>.example',
    'contoso\u0000.example',
    '🚀',
    'a.🚀b c',
  ])('%j is none', (typed) => {
    expect(normalizeDomain(typed)).toBeNull();
  });

  it('is kept the same however often it is normalised, and is plain then', () => {
    const anything = fc.oneof(
      fc.domain(),
      fc.string({ unit: 'grapheme' }),
      fc.webUrl(),
      fc.ipV4(),
      fc.array(fc.string({ unit: 'grapheme', maxLength: 8 }), { maxLength: 4 }).map((labels) => labels.join('.')),
    );
    fc.assert(
      fc.property(anything, (typed) => {
        const kept = normalizeDomain(typed);
        if (kept === null) return;
        expect(normalizeDomain(kept)).toBe(kept);
        expect(normalizeDomain(` ${kept.toUpperCase()}. `)).toBe(kept);
        expect(kept).toMatch(/^[a-z0-9.-]+$/);
        expect(kept.length).toBeLessThanOrEqual(253);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a primary domain prefix', () => {
  it('has 3 to 27 letters, digits and single inner hyphens', () => {
    for (const good of ['abc', 'a-b', '123', 'contoso', 'a1-b2-c3', 'x'.repeat(27)]) expect(checkDomainPrefix(good), good).toEqual([]);
    for (const bad of [
      '',
      'a',
      'ab',
      'x'.repeat(28),
      '-abc',
      'abc-',
      'a--b',
      'xn--abc',
      'Abc',
      'a.b',
      'a_b',
      'a b',
      'äbc',
      '日本語',
      'abc\n',
      'www',
      'admin',
      'support',
    ])
      expect(checkDomainPrefix(bad, 'somewhere'), bad).toEqual([{ path: 'somewhere', rule: 'domain_prefix', params: { min: 3, max: 27 } }]);
  });

  it('that is good makes a good domain', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9-]{1,30}$/), (prefix) => {
        if (checkDomainPrefix(prefix).length === 0) expect(normalizeDomain(`${prefix}.clientele.cloud`)).toBe(`${prefix}.clientele.cloud`);
      }),
    );
  });
});
