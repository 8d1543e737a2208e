/** Finished HTML. Only `html` makes it, so a plain string can never be taken for one. */
export class Html {
  readonly #text: string;

  constructor(key: typeof trusted, text: string) {
    if (key !== trusted) throw new TypeError('Html comes out of html`...` only.');
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

const trusted = Symbol('made by html``');

/** What may stand in a template: text and numbers (escaped), finished HTML, nothing at all, and lists of those. */
export type Content = Html | string | number | null | undefined | false | readonly Content[];

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;', '`': '&#96;' };

function escaped(text: string): string {
  return plain(text).replace(/[&<>"'`]/g, (character) => entities[character] ?? '');
}

function render(content: Content): string {
  if (content instanceof Html) return content.toString();
  if (content === null || content === undefined || content === false) return '';
  if (typeof content === 'object') return content.map(render).join('');
  return escaped(String(content));
}

/**
 * HTML with everything that is put in escaped. An attribute's value must stand in quotes: one without is refused,
 * for there escaping does not help.
 */
export function html(strings: TemplateStringsArray, ...contents: Content[]): Html {
  const parts = contents.map((content, index) => {
    if (/\s[\w:-]+=\s*$/.test(strings[index] ?? '')) throw new TypeError('An attribute needs quotes around its value.');
    return render(content) + (strings[index + 1] ?? '');
  });
  return new Html(trusted, (strings[0] ?? '') + parts.join(''));
}

/** Characters that cannot be seen and change what can: controls but tab and line feed, and those that turn the reading direction. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this is about
const invisible = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g;

/** The text without characters that disguise it (nobody may look like somebody else) and without towers of accents. */
export function plain(text: string): string {
  return text
    .replace(invisible, '')
    .replace(/(\p{M}{4})\p{M}+/gu, '$1')
    .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd');
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** The text, or its beginning and an ellipsis. Counts what a reader sees as one character as one, but never takes more than 4 × `most` units. */
export function shorten(text: string, most: number): string {
  const whole = plain(text);
  let seen = 0;
  let result = '';
  for (const { segment } of graphemes.segment(whole)) {
    if (seen === most || result.length + segment.length > most * 4) return `${result.trimEnd()}…`;
    seen += 1;
    result += segment;
  }
  return result;
}

/** The first character of a name, for its sign. */
export function initial(name: string): string {
  for (const { segment } of graphemes.segment(plain(name).trim())) return segment.length > 16 ? '·' : segment.toLocaleUpperCase('en');
  return '·';
}
