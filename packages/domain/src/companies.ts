/** Words that say what kind of company it is and not which. Longest first, so that `co., ltd.` goes as a whole. */
const legalForms = [
  ...['incorporated', 'corporation', 'company', 'limited', 'holdings', 'holding', 'group'],
  ...[
    'gmbh & co kg',
    'gmbh co kg',
    'co ltd',
    'pty ltd',
    'pte ltd',
    'sdn bhd',
    'sp z o o',
    's r o',
    'l l c',
    's a',
    's p a',
    's r l',
    'b v',
    'n v',
    'k k',
    'g k',
  ],
  ...[
    'gmbh',
    'inc',
    'corp',
    'ltd',
    'llc',
    'llp',
    'plc',
    'pte',
    'pty',
    'ag',
    'kg',
    'ohg',
    'ug',
    'se',
    'sa',
    'sas',
    'sarl',
    'srl',
    'spa',
    'bv',
    'nv',
    'ab',
    'as',
    'oy',
    'oyj',
    'aps',
    'kk',
    'gk',
    'co',
  ],
].sort((a, b) => b.length - a.length);
const latinForms = new RegExp(`(?<![\\p{L}\\p{N}])(?:${legalForms.join('|')})(?![\\p{L}\\p{N}])`, 'gu');
const japaneseForms = /株式会社|有限会社|合同会社|合資会社|合名会社|一般社団法人|一般財団法人|\(株\)|\(有\)|\(同\)|有限公司|股份/g;

/**
 * A company name as it is compared: width, case, accents, punctuation and the legal form do not count. Contoso GmbH, CONTOSO and
 * （株）Ｃｏｎｔｏｓｏ are the same. A name that is nothing but a legal form stays as it is.
 */
export function companyKey(name: string): string {
  const folded = name
    .normalize('NFKD')
    .replace(/(?<=\p{Script=Latin}\p{M}*)\p{M}+/gu, '')
    .normalize('NFKC')
    .toLowerCase();
  const tidy = (text: string) =>
    text
      .replace(/[^\p{L}\p{N}\p{M}]+/gu, ' ')
      .trim()
      .slice(0, 200);
  const whole = tidy(folded);
  const bare = tidy(tidy(folded.replace(japaneseForms, ' ')).replace(latinForms, ' '));
  return bare || whole;
}

/** The pairs of letters of a text, with an edge at each end. */
function pairs(text: string): Map<string, number> {
  const letters = [...`\u0002${text.replaceAll(' ', '')}\u0003`];
  const found = new Map<string, number>();
  for (let index = 0; index < letters.length - 1; index += 1) {
    const pair = `${letters[index]}${letters[index + 1]}`;
    found.set(pair, (found.get(pair) ?? 0) + 1);
  }
  return found;
}

/** How alike two company names are, from 0 to 1; 1 when nothing but what does not count differs. */
export function companyLikeness(one: string, other: string): number {
  const [a, b] = [companyKey(one).replaceAll(' ', ''), companyKey(other).replaceAll(' ', '')];
  if (a === b) return a === '' ? 0 : 1;
  const [left, right] = [pairs(a), pairs(b)];
  let both = 0;
  for (const [pair, count] of left) both += Math.min(count, right.get(pair) ?? 0);
  const all = [...left.values(), ...right.values()].reduce((sum, count) => sum + count, 0);
  return (2 * both) / all;
}

/** From here on two names are worth a warning. */
export const alikeFrom = 0.7;
