import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CalendarEntry, renderCalendar } from './icalendar.ts';

const entry: CalendarEntry = {
  customerId: '0199f0aa-0000-7000-8000-000000000001',
  companyName: 'Contoso',
  domain: 'contoso.example',
  until: new Date('2027-03-14T07:00:00.500Z'),
  changedAt: new Date('2026-11-26T10:00:00Z'),
  version: 4,
};
const render = (more: Partial<CalendarEntry> = {}, language: 'en' | 'ja' = 'en') =>
  renderCalendar({ language, partnerName: 'Northbridge', entries: [{ ...entry, ...more }] }, 'https://portal.example');

interface Component {
  name: string;
  properties: { name: string; params: string; value: string }[];
  parts: Component[];
}

/** A strict reader of RFC 5545: what it does not allow is thrown. */
function parse(calendar: string): Component {
  if (!calendar.endsWith('\r\n')) throw new Error('the last line has no end');
  if (/(^|[^\r])\n|\r[^\n]/.test(calendar)) throw new Error('a line end that is not CRLF');
  const physical = calendar.slice(0, -2).split('\r\n');
  for (const line of physical) {
    if (Buffer.byteLength(line) > 75) throw new Error(`more than 75 octets: ${line}`);
    if (line === '') throw new Error('an empty line');
    // A line cut within a character would not be the same after a round trip.
    if (Buffer.from(line).toString() !== line || line.includes('\ufffd')) throw new Error('cut within a character');
  }
  const lines: string[] = [];
  for (const line of physical)
    if (line.startsWith(' ')) lines[lines.length - 1] += line.slice(1);
    else lines.push(line);
  const stack: Component[] = [{ name: '', properties: [], parts: [] }];
  for (const line of lines) {
    const match = /^([A-Z][A-Z0-9-]*)((?:;[A-Z-]+=[^:;]+)*):(.*)$/su.exec(line);
    if (!match) throw new Error(`no content line: ${line}`);
    const [, name = '', params = '', value = ''] = match;
    if (/[^\P{Cc}\t]/u.test(value)) throw new Error('a control character');
    if (name === 'BEGIN') stack.push({ name: value, properties: [], parts: [] });
    else if (name === 'END') {
      const done = stack.pop();
      if (done?.name !== value) throw new Error(`${value} ends what it did not begin`);
      stack.at(-1)?.parts.push(done);
    } else stack.at(-1)?.properties.push({ name, params, value });
  }
  const [root] = stack;
  if (stack.length !== 1 || root?.parts.length !== 1) throw new Error('not one calendar');
  return root.parts[0] as Component;
}
const oneOf = (of: Component, name: string): string => {
  const found = of.properties.filter((property) => property.name === name);
  if (found.length !== 1) throw new Error(`${found.length} of ${name}`);
  return (found[0] as { value: string }).value;
};
/** A TEXT as a calendar program reads it. */
function textOf(of: Component, name: string): string {
  const value = oneOf(of, name);
  if (/(^|[^\\])(\\\\)*[;,]/.test(value) || /\\(?![\\;,nN])/.test(value.replace(/\\\\/g, ''))) throw new Error(`not escaped: ${value}`);
  return value.replace(/\\([\\;,nN])/g, (_all, mark: string) => (mark.toLowerCase() === 'n' ? '\n' : mark));
}

describe('the calendar of expiries', () => {
  it('is one that a strict reader reads, with everything that an event must have, once', () => {
    const calendar = parse(render());
    expect([calendar.name, oneOf(calendar, 'VERSION'), oneOf(calendar, 'PRODID')]).toEqual([
      'VCALENDAR',
      '2.0',
      '-//Clientele//Expiries//EN',
    ]);
    const [event] = calendar.parts as [Component];
    expect(event.name).toBe('VEVENT');
    expect(oneOf(event, 'UID')).toBe(`delegated-admin-${entry.customerId}@clientele`);
    expect(oneOf(event, 'DTSTAMP')).toBe('20261126T100000Z');
    expect(oneOf(event, 'DTSTART')).toBe('20270314T070000Z');
    expect(oneOf(event, 'SEQUENCE')).toBe('4');
    expect(textOf(event, 'SUMMARY')).toBe('Delegated admin of Contoso ends');
    expect(textOf(event, 'DESCRIPTION')).toContain(
      `Ask for more time: https://portal.example/customers/${entry.customerId}?tab=relationship`,
    );
    const [alarm] = event.parts as [Component];
    expect([alarm.name, oneOf(alarm, 'ACTION'), oneOf(alarm, 'TRIGGER')]).toEqual(['VALARM', 'DISPLAY', '-P7D']);
    expect(textOf(alarm, 'DESCRIPTION')).toContain('Contoso');
  });

  it('is the same of the same, and an event keeps its UID through an extension', () => {
    expect(render()).toBe(render());
    const uid = (calendar: string) => oneOf(parse(calendar).parts[0] as Component, 'UID');
    expect(uid(render({ until: new Date('2028-02-29T00:00:00Z'), version: 9 }))).toBe(uid(render()));
  });

  it('is empty without being broken', () => {
    expect(parse(renderCalendar({ language: 'ja', partnerName: '', entries: [] }, 'https://portal.example')).parts).toEqual([]);
  });

  it.each([
    ['commas, semicolons, backslashes', 'A, B; C\\D \\n \\, "quoted": x'],
    ['line ends', 'One\r\nBEGIN:VEVENT\r\nTwo\u2028Three\nFour'],
    ['emoji', '👩‍👩‍👧‍👦'.repeat(60)],
    ['Japanese', '株式会社コントソ・ロジスティクス'.repeat(20)],
    ['right to left', 'חברה\u202eבע״מ'],
    ['control characters', 'A\u0000B\u0007C\u001b[31m'],
    ['half a character', 'A\ud800B'],
    ['nothing', ''],
    ['75 octets to the byte', 'x'.repeat(75 - 'SUMMARY:Delegated admin of  ends'.length)],
  ])('keeps a name with %s as one value', (_, companyName) => {
    for (const language of ['en', 'ja'] as const) {
      const calendar = parse(render({ companyName }, language));
      expect(calendar.parts).toHaveLength(1);
      const kept = companyName.replace(/\r\n?|[\u2028\u2029]/g, '\n').replace(/[^\P{Cc}\n]|\p{Surrogate}/gu, '');
      expect(textOf(calendar.parts[0] as Component, 'SUMMARY')).toContain(kept);
    }
  });

  // Without U+FFFD itself: it is what shows that a character was cut.
  const anyText = (unit: 'binary' | 'grapheme') => fc.string({ unit, maxLength: 300 }).map((text) => text.replaceAll('\ufffd', ''));
  it('is sound whatever a name holds', () => {
    fc.assert(
      fc.property(anyText('binary'), anyText('grapheme'), (companyName, domain) => {
        const calendar = parse(render({ companyName, domain }));
        expect(calendar.parts).toHaveLength(1);
        textOf(calendar.parts[0] as Component, 'SUMMARY');
        textOf(calendar.parts[0] as Component, 'DESCRIPTION');
      }),
    );
  });
});
