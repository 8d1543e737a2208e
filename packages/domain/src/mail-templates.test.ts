import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkTemplate, fillMessage, fillSubject, parseTemplate, placeholderNames } from './mail-templates.ts';

const good = { subject: 'A word from {partner}', message: 'Dear {recipient},\n\nabout {company}:\n\n{link}\n\nBye' };
const faults = (more: Partial<typeof good>) => checkTemplate({ ...good, ...more });
const names = { partner: 'Northbridge', company: 'Contoso', recipient: 'Megan' };

describe('a template', () => {
  it('is taken apart into texts and placeholders, each with its place', () => {
    expect(parseTemplate('Dear {recipient},\n\n{link}')).toEqual({
      pieces: [
        { text: 'Dear ' },
        { placeholder: 'recipient', at: { line: 1, column: 6 } },
        { text: ',\n\n' },
        { placeholder: 'link', at: { line: 3, column: 1 } },
      ],
      faults: [],
    });
    expect(parseTemplate('👩‍👩‍👧｛ company ｝').pieces[1]).toEqual({ placeholder: 'company', at: { line: 1, column: 6 } });
  });

  it('is good with its link once, on a line of its own, and without names', () => {
    expect(faults({})).toEqual([]);
    expect(faults({ message: '{link}' })).toEqual([]);
    expect(faults({ message: 'a\r\n  ｛link｝　\r\nb' })).toEqual([]);
  });

  it.each<[string, Partial<typeof good>, object[]]>([
    ['no subject', { subject: '  ' }, [{ path: 'subject', rule: 'required' }]],
    ['no text', { message: '' }, [{ path: 'message', rule: 'required' }]],
    ['10,000 characters', { message: `${'x'.repeat(9_994)}\n{link}` }, [{ path: 'message', rule: 'too_long', params: { max: 4000 } }]],
    ['a long subject', { subject: 'x'.repeat(151) }, [{ path: 'subject', rule: 'too_long', params: { max: 150 } }]],
    ['a line end in the subject', { subject: 'Hello\r\nBcc: all@victim.example' }, [{ path: 'subject', rule: 'control_characters' }]],
    ['a bell', { message: 'ring \u0007\n{link}' }, [{ path: 'message', rule: 'control_characters' }]],
    ['a mark that turns the direction round', { message: '\u202eabc\n{link}' }, [{ path: 'message', rule: 'control_characters' }]],
    [
      'an unknown placeholder',
      { message: 'Hi\n{compnay} {link2}\n{link}' },
      [
        { path: 'message', rule: 'placeholder_unknown', params: { line: 2, column: 1, name: 'compnay' } },
        { path: 'message', rule: 'placeholder_unknown', params: { line: 2, column: 11, name: 'link2' } },
      ],
    ],
    [
      'a placeholder of another case',
      { subject: '{Partner}' },
      [{ path: 'subject', rule: 'placeholder_unknown', params: { line: 1, column: 1, name: 'Partner' } }],
    ],
    [
      'one that is not closed',
      { message: 'Dear {recipient,\n{link}' },
      [{ path: 'message', rule: 'placeholder_broken', params: { line: 1, column: 6 } }],
    ],
    [
      'one that is not opened',
      { message: 'Dear recipient},\n{link}' },
      [{ path: 'message', rule: 'placeholder_broken', params: { line: 1, column: 15 } }],
    ],
    ['an empty one', { message: 'Dear {},\n{link}' }, [{ path: 'message', rule: 'placeholder_broken', params: { line: 1, column: 6 } }]],
    [
      'double brackets',
      { subject: '{{partner}}' },
      [
        { path: 'subject', rule: 'placeholder_broken', params: { line: 1, column: 1 } },
        { path: 'subject', rule: 'placeholder_broken', params: { line: 1, column: 11 } },
      ],
    ],
    ['no link', { message: 'Dear {recipient}' }, [{ path: 'message', rule: 'link_missing' }]],
    ['the link twice', { message: '{link}\n\nor {link}' }, [{ path: 'message', rule: 'link_twice', params: { line: 3, column: 4 } }]],
    ['the link in a sentence', { message: 'Open {link} now' }, [{ path: 'message', rule: 'link_line', params: { line: 1 } }]],
    ['the link in the subject', { subject: 'See {link}' }, [{ path: 'subject', rule: 'link_in_subject' }]],
  ])('with %s is refused, naming rule and place', (_title, more, expected) => {
    expect(faults(more)).toEqual(expected);
  });

  it('loses nothing of any text, and never takes longer than a moment', () => {
    const texts = fc.array(
      fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('{', '}', '｛', '｝', '\n', '{link}', '{company}', '{ recipient }')),
    );
    fc.assert(
      fc.property(texts, (parts) => {
        const text = parts.join('').replace(/\r\n?/g, '\n');
        const again = parseTemplate(text)
          .pieces.map((piece) => ('placeholder' in piece ? '¤' : piece.text))
          .join('');
        const expected = text.replace(/[{｛]([^{}｛｝\n]*)[}｝]/gu, (whole, name: string) =>
          (placeholderNames as readonly string[]).includes(name.trim()) ? '¤' : whole,
        );
        expect(again).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });
});

describe('filling in', () => {
  it('puts the names where they belong, and keeps the place of the link', () => {
    expect(fillMessage(good.message, names, 'en')).toBe('Dear Megan,\n\nabout Contoso:\n\n{link}\n\nBye');
    expect(fillSubject(good.subject, names, 'en')).toBe('A word from Northbridge');
  });

  it('speaks of who has no name in words', () => {
    expect(fillMessage('We look after {company}. You may ask {partner}...', { company: 'Contoso Ltd.', partner: 'N Inc.' }, 'en')).toBe(
      'We look after Contoso Ltd. You may ask N Inc....',
    );
    expect(fillMessage('Dear {recipient} of {company}', { partner: 'N' }, 'en')).toBe('Dear Sir or Madam of your organisation');
    expect(fillMessage('{company}\n{recipient} 様', { partner: 'N', company: ' ' }, 'ja')).toBe('貴社\nご担当者 様');
  });

  it('sets a Latin name apart from Japanese words, and a Japanese one not', () => {
    expect(fillSubject('{partner}よりお願い', names, 'ja')).toBe('Northbridge よりお願い');
    expect(fillSubject('{partner}よりお願い', { partner: '北斗' }, 'ja')).toBe('北斗よりお願い');
  });

  it('lets names give way in a subject, not its own words', () => {
    const subject = fillSubject(
      '{company}: {partner} asks you to review its request',
      { partner: 'P'.repeat(100), company: 'C'.repeat(100) },
      'en',
    );
    expect(subject).toMatch(/^C+…: P+… asks you to review its request$/);
    expect([...subject].length).toBeLessThanOrEqual(59);
    expect([...fillSubject('x'.repeat(150), names, 'en')]).toHaveLength(59);
  });

  it('takes no name for a placeholder, and no line end out of one, whatever it is', () => {
    const name = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('{link}', '{{link}}', '｛link｝', 'a\r\nBcc: b', '\u2028{company}'),
    );
    fc.assert(
      fc.property(name, name, name, (company, recipient, partner) => {
        const message = fillMessage(good.message, { company, recipient, partner }, 'en');
        expect(message.match(/[{｛]/g)).toHaveLength(1);
        expect(message.split('\n')).toHaveLength(7);
        expect(checkTemplate({ subject: 'x', message: message.replace(/[^\P{C}\n]/gu, '') })).toEqual([]);
        expect(fillSubject(good.subject, { company, recipient, partner }, 'ja')).not.toMatch(/[\r\n{}｛｝]/);
      }),
      { numRuns: 500 },
    );
  });
});
