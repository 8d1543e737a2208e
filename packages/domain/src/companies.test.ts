import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alikeFrom, companyKey, companyLikeness } from './companies.ts';

describe('company names', () => {
  it.each([
    ['Contoso GmbH', 'CONTOSO'],
    ['Contoso, Inc.', 'contoso'],
    ['Contoso Co., Ltd.', 'Contoso'],
    ['Contoso GmbH & Co. KG', 'Contoso'],
    ['株式会社コントソ', 'コントソ'],
    ['（株）コントソ', 'コントソ'],
    ['ｺﾝﾄｿ㈱', 'コントソ'],
    ['Ｃｏｎｔｏｓｏ合同会社', 'Contoso'],
    ['Café Montréal S.A.', 'cafe montreal'],
    ["O'Brien & Sons Ltd", 'o brien sons'],
    ['Contoso B.V.', 'Contoso'],
  ])('%s is %s', (one, other) => {
    expect(companyLikeness(one, other)).toBe(1);
  });

  it.each([
    ['Contoso Robotics', 'Contoso Robotic', true],
    ['Wide World Importers', 'Wide World Importer Inc.', true],
    ['Contoso', 'Contoso Robotics', false],
    ['Alpine Ski House', 'Fabrikam', false],
    ['コントソ', 'コントン', false],
    ['コントソロボティクス株式会社', 'コントソロボティックス', true],
  ])('%s and %s: alike is %s', (one, other, alike) => {
    expect(companyLikeness(one, other) >= alikeFrom).toBe(alike);
  });

  it('that are a legal form only stay what they are', () => {
    expect(companyKey('Limited')).toBe('limited');
    expect(companyKey('AG')).toBe('ag');
    expect(companyLikeness('AG', 'SE')).toBeLessThan(alikeFrom);
    expect(companyLikeness('🚀', '🎉')).toBe(0);
  });

  it('may be anything: the comparison is the same both ways, between 0 and 1, and quick', () => {
    const nasty = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 500 }),
      fc.string({ unit: 'grapheme', maxLength: 500 }),
      fc.constantFrom(
        '',
        ' ',
        'x'.repeat(500),
        '株'.repeat(500),
        'שלום\u202eעולם',
        '\u0301'.repeat(500),
        'ÅÄÖ'.repeat(160),
        '😀'.repeat(250),
        'ag '.repeat(166),
      ),
    );
    fc.assert(
      fc.property(nasty, nasty, (one, other) => {
        const likeness = companyLikeness(one, other);
        expect(likeness).toBeGreaterThanOrEqual(0);
        expect(likeness).toBeLessThanOrEqual(1);
        expect(companyLikeness(other, one)).toBe(likeness);
        expect(companyKey(companyKey(one)).length).toBeLessThanOrEqual(200);
      }),
      { numRuns: 500 },
    );
  });
});
