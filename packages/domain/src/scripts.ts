/** Scripts that stand together in one word of a language: each such set may share a label, with digits and hyphens. */
const together: readonly (readonly string[])[] = [
  ['Latin', 'Han', 'Hiragana', 'Katakana'],
  ['Latin', 'Han', 'Bopomofo'],
  ['Latin', 'Han', 'Hangul'],
];

const scriptTests = [
  ...['Latin', 'Han', 'Hiragana', 'Katakana', 'Hangul', 'Bopomofo', 'Cyrillic', 'Greek', 'Arabic', 'Hebrew', 'Thai', 'Devanagari'],
  ...['Armenian', 'Georgian', 'Bengali', 'Tamil', 'Telugu', 'Khmer', 'Ethiopic', 'Cherokee', 'Lisu', 'Coptic'],
].map((name) => [name, new RegExp(`\\p{Script=${name}}`, 'u')] as const);

/** Letters that look like a Latin one. A label of nothing else, below a Latin ending, is there to be mistaken. */
const looksLatin = /^[асԁеһіјӏорԛѕԝхуъьҽпгѵѡвкмнтαικνρυωηοτγ0-9-]+$/u;
const foreign = /[\p{Script=Cyrillic}\p{Script=Greek}]/u;

function scriptsOf(text: string): Set<string> {
  const found = new Set<string>();
  for (const character of text) {
    if (!/\p{L}/u.test(character) || /[\p{Script=Common}\p{Script=Inherited}]/u.test(character)) continue;
    found.add(scriptTests.find(([, test]) => test.test(character))?.[0] ?? 'other');
  }
  return found;
}

function isMixed(label: string): boolean {
  const scripts = scriptsOf(label);
  return scripts.size > 1 && !together.some((set) => [...scripts].every((script) => set.includes(script)));
}

/**
 * Whether a domain (as `normalizeDomain` keeps it) is made to be taken for another: letters of several scripts in one label, or a label
 * of letters that all look Latin below an ending that is Latin.
 */
export function isLookalikeDomain(domain: string): boolean {
  const labels = domain.split('.').map(labelInUnicode);
  const ending = labels.at(-1) ?? '';
  return labels.some((label) => isMixed(label) || (foreign.test(label) && looksLatin.test(label) && !foreign.test(ending)));
}

/** A domain for the eye: its labels in their own script; in punycode when it could be taken for another. */
export function readableDomain(domain: string): string {
  if (!domain.includes('xn--') || isLookalikeDomain(domain)) return domain;
  return domain.split('.').map(labelInUnicode).join('.');
}

function labelInUnicode(label: string): string {
  return label.startsWith('xn--') ? (decodePunycode(label.slice(4)) ?? label) : label;
}

/** RFC 3492. Null for what is none. */
function decodePunycode(input: string): string | null {
  const at = input.lastIndexOf('-');
  const output = at > 0 ? [...input.slice(0, at)].map((letter) => letter.charCodeAt(0)) : [];
  let [code, index, bias] = [128, 0, 72];
  let position = at > 0 ? at + 1 : 0;
  while (position < input.length) {
    const before = index;
    for (let weight = 1, step = 36; ; step += 36) {
      const digit = digitOf(input.charCodeAt(position++));
      if (digit === null) return null;
      index += digit * weight;
      const least = step <= bias ? 1 : step >= bias + 26 ? 26 : step - bias;
      if (digit < least) break;
      weight *= 36 - least;
      if (position >= input.length || index > 0x7fffffff) return null;
    }
    bias = adapt(index - before, output.length + 1, before === 0);
    code += Math.floor(index / (output.length + 1));
    index %= output.length + 1;
    if (code > 0x10ffff) return null;
    output.splice(index++, 0, code);
  }
  return String.fromCodePoint(...output);
}

function digitOf(code: number): number | null {
  if (code >= 0x61 && code <= 0x7a) return code - 0x61;
  if (code >= 0x30 && code <= 0x39) return code - 0x30 + 26;
  return null;
}

function adapt(delta: number, count: number, isFirst: boolean): number {
  let rest = Math.floor(delta / (isFirst ? 700 : 2));
  rest += Math.floor(rest / count);
  let steps = 0;
  for (; rest > 455; steps += 36) rest = Math.floor(rest / 35);
  return steps + Math.floor((36 * rest) / (rest + 38));
}
