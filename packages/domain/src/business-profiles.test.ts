import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  changedProfileFields,
  characterCount,
  checkProfile,
  checkPublishable,
  choiceName,
  emptyProfile,
  normalProfile,
  normalWebSite,
  type ProfileContent,
  profileChoiceFields,
  profileChoices,
  profileHints,
  profileStanding,
  profileTransitions,
} from './business-profiles.ts';

const complete: ProfileContent = {
  description: 'We look after companies. '.repeat(10).trim(),
  webSite: 'https://contoso.example/',
  industries: ['retail'],
  products: ['azure'],
  services: ['migration'],
  companySizes: ['10-49'],
  tags: ['Kyushu'],
  locations: [{ name: 'Office', address: { line1: '1-1', city: '千代田区', state: '13', postalCode: '100-0005' } }],
  logo: { hash: 'a'.repeat(64), mediaType: 'image/png', width: 300, height: 100 },
};

describe('characters', () => {
  it('are counted as people count them', () => {
    for (const [text, count] of [
      ['', 0],
      ['abc', 3],
      ['日本語', 3],
      ['e\u0301', 1],
      ['👩‍👩‍👧‍👦', 1],
      ['🇯🇵🇩🇪', 2],
      ['a\r\nb', 3],
      ['a\nb', 3],
      ['ｱﾞ', 1],
    ] as const)
      expect(characterCount(text), text).toBe(count);
  });

  it('are as many by the quick way as by the slow one', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', ' ', '\n', '\t', 'あ', 'ア', '漢', '。', 'z') }), (text) => {
        expect(characterCount(text)).toBe([...new Intl.Segmenter().segment(text)].length);
      }),
    );
  });
});

describe('a web site', () => {
  it('gets https where no scheme was typed, and stays what it is otherwise', () => {
    for (const [typed, kept] of [
      ['www.contoso.example', 'https://www.contoso.example/'],
      [' http://contoso.example/a?b=c#d ', 'http://contoso.example/a?b=c#d'],
      ['contoso.example:8443/shop', 'https://contoso.example:8443/shop'],
      ['日本語.jp', 'https://xn--wgv71a119e.jp/'],
    ] as const)
      expect(normalWebSite(typed), typed).toBe(kept);
  });

  it('is none when a browser should not be sent there', () => {
    for (const typed of [
      ...['javascript:alert(1)', 'JAVASCRIPT:alert(1)', 'data:text/html,x', 'vbscript:x', 'file:///etc/passwd', 'ftp://contoso.example'],
      ...[
        'https://user@contoso.example',
        'https://u:p@contoso.example',
        'https://10.0.0.1',
        'https://[::1]/',
        'localhost',
        'https://',
        'a b.example',
      ],
      ...['https:\\\\contoso.example', 'https://contoso', 'https://сontoso.com', '\u0000javascript:alert(1)', 'java\nscript:alert(1)'],
    ])
      expect(normalWebSite(typed), typed).toBeNull();
  });

  it('is never anything but http or https, whatever is typed', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.webUrl(),
          fc.string().map((text) => `javascript:${text}`),
        ),
        (typed) => {
          const kept = normalWebSite(typed);
          if (kept !== null) expect(kept).toMatch(/^https?:\/\/[^/@]+\//);
          // What is kept is kept again.
          if (kept !== null) expect(normalWebSite(kept)).toBe(kept);
        },
      ),
    );
  });
});

describe('a business profile', () => {
  it('may be empty as a draft; published it needs a description and something that is offered', () => {
    expect(checkProfile('JP', emptyProfile)).toEqual([]);
    expect(checkPublishable('JP', emptyProfile)).toEqual([
      { path: 'description', rule: 'required' },
      { path: 'services', rule: 'required' },
    ]);
    expect(checkPublishable('JP', { ...emptyProfile, description: 'x', products: ['azure'] })).toEqual([]);
    expect(checkPublishable('JP', complete)).toEqual([]);
  });

  it('is told each field and rule that it breaks, at the edges exactly', () => {
    const rules = (more: Partial<ProfileContent>) =>
      checkProfile('JP', { ...complete, ...more }).map(({ path, rule }) => `${path} ${rule}`);
    expect(rules({ description: 'あ'.repeat(2500) })).toEqual([]);
    expect(rules({ description: 'あ'.repeat(2501) })).toEqual(['description too_long']);
    expect(rules({ description: '👩‍👩‍👧‍👦'.repeat(1400) })).toEqual([]);
    expect(rules({ description: `a${'\u0301'.repeat(10_000)}` })).toEqual(['description too_long']);
    expect(rules({ tags: Array.from({ length: 20 }, (_, n) => `${n}`) })).toEqual([]);
    expect(rules({ tags: Array.from({ length: 21 }, (_, n) => `${n}`) })).toEqual(['tags too_many']);
    expect(rules({ locations: Array.from({ length: 5 }, () => complete.locations[0] as never) })).toEqual([]);
    expect(rules({ locations: Array.from({ length: 6 }, () => complete.locations[0] as never) })).toEqual(['locations too_many']);
    expect(rules({ industries: ['toString'] })).toEqual(['industries.0 choice']);
    expect(checkProfile('DE', complete).map(({ path, rule }) => `${path} ${rule}`)).toContain('locations.0.address.postalCode postal_code');
  });

  it('is kept composed, trimmed and once each', () => {
    const kept = normalProfile({
      ...complete,
      description: ' Cafe\u0301\r\nbar \r ',
      webSite: 'contoso.example',
      industries: ['retail', 'retail'],
      tags: ['Azure', ' azure ', '', 'AZURE', 'Kyushu'],
    });
    expect(kept).toMatchObject({
      description: 'Café\nbar',
      webSite: 'https://contoso.example/',
      industries: ['retail'],
      tags: ['Azure', 'Kyushu'],
    });
    expect(normalProfile(kept)).toEqual(kept);
    // What is none stays as it was typed, for the refusal.
    expect(normalProfile({ ...complete, webSite: 'javascript:x' }).webSite).toBe('javascript:x');
  });

  it('says how complete it is, one hint for each thing', () => {
    expect(profileStanding(emptyProfile)).toMatchObject({ done: 0, of: profileHints.length, canPublish: false });
    expect(profileStanding(complete)).toMatchObject({ done: profileHints.length, canPublish: true });
    const missing = (more: Partial<ProfileContent>) =>
      profileStanding({ ...complete, ...more })
        .hints.filter(({ done }) => !done)
        .map(({ name }) => name);
    expect(missing({ description: 'Short.' })).toEqual(['details']);
    expect(missing({ description: '' })).toEqual(['description', 'details']);
    expect(missing({ products: [] })).toEqual([]);
    expect(missing({ products: [], services: [] })).toEqual(['offer']);
    for (const name of ['logo', 'webSite', 'industries', 'companySizes', 'locations', 'tags'] as const)
      expect(missing({ [name]: emptyProfile[name] })).toEqual([name]);
  });

  it('differs in the fields that differ, whatever the order of keys', () => {
    expect(changedProfileFields(complete, JSON.parse(JSON.stringify(complete)))).toEqual([]);
    const turned = { ...complete, logo: { height: 100, width: 300, mediaType: 'image/png', hash: 'a'.repeat(64) } as const };
    expect(changedProfileFields(complete, turned)).toEqual([]);
    expect(changedProfileFields(complete, { ...complete, logo: null, tags: [] })).toEqual(['tags', 'logo']);
  });

  it('goes from unpublished to published and back', () => {
    expect(profileTransitions).toEqual({
      unpublished: { publish: 'published' },
      published: { publish: 'published', unpublish: 'unpublished', 'discard-draft': 'published' },
    });
  });

  it('chooses from lists whose entries have a name in each language, and no other’s', () => {
    for (const field of profileChoiceFields)
      for (const language of ['en', 'ja'] as const) {
        const names = profileChoices[field].map(({ id }) => choiceName(field, id, language));
        expect(new Set(names).size, `${field} ${language}`).toBe(names.length);
        expect(names.every((name) => name.trim() !== '')).toBe(true);
      }
    expect(choiceName('industries', 'of another release', 'en')).toBe('of another release');
  });
});
