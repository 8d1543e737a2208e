/** What could end a header line, hide in a log or turn the reading direction round: nobody types it on purpose. */
const hidden = /[\u202A-\u202E\u2066-\u2069]|\p{Surrogate}/gu;
const lineEnds = /[\p{Cc}\p{Zl}\p{Zp}]+/gu;

const segmenter = new Intl.Segmenter();

/** The characters of a text as a person counts them: an emoji of seven code points is one. */
export function graphemes(text: string): string[] {
  // Every one of these is a character; to ask takes a hundred times longer.
  if (/^[\x20-\x7e]*$/.test(text)) return text.split('');
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** A text that can stand in a header: no line ends, no control characters. */
export function oneLine(text: string): string {
  return text.replace(hidden, '').replace(lineEnds, ' ').trim();
}

/** One line of at most `most` characters as a person counts them, with an ellipsis where something was cut. */
export function shorten(text: string, most: number): string {
  // A heap of combining marks is one character, too, and can be any length: 32 code units are enough for every real one.
  const characters = graphemes(oneLine(text)).map((one) => (one.length > 32 ? [...one].slice(0, 8).join('') : one));
  if (characters.length <= most) return characters.join('');
  const kept = characters.slice(0, Math.max(0, most - 1)).join('');
  return `${kept.trimEnd()}…`;
}

const mostInSubject = 59;

/** A subject within 59 characters: the name in it gives way, the sentence round it stays whole. */
export function fitSubject(sentence: (name: string) => string, name: string): string {
  const room = mostInSubject + 1 - graphemes(sentence('x')).length;
  return shorten(sentence(shorten(name, room)), mostInSubject);
}

/** A Japanese sentence: a name in Latin letters stands a space apart from it, a Japanese one does not. */
export function japanese(strings: TemplateStringsArray, ...names: (string | number)[]): string {
  const between = (left: string, right: string) =>
    (/[a-z0-9.]$/i.test(left) && /^[\p{sc=Hira}\p{sc=Kana}\p{sc=Han}]/u.test(right)) ||
    (/[\p{sc=Hira}\p{sc=Kana}\p{sc=Han}]$/u.test(left) && /^[a-z0-9]/i.test(right))
      ? ' '
      : '';
  return strings.slice(1).reduce((text, piece, index) => {
    const name = String(names[index]);
    return text + between(text, name) + name + between(name, piece) + piece;
  }, strings[0] ?? '');
}

/** The paragraphs of a text that a person wrote: an empty line parts them, a single line end stays. */
export function paragraphsOf(text: string): string[] {
  return text
    .replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n')
    .replace(hidden, '')
    .replace(/[^\P{Cc}\n\t]/gu, '')
    .split(/\n[^\S\n]*(?:\n[^\S\n]*)+/)
    .map((paragraph) => paragraph.trim())
    .filter(Boolean);
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);
}
