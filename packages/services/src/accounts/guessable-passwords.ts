import { refuseFields } from '@clientele/domain';

/** Words that are tried here before others, besides the names that go with the person: what this is, and what it is for. */
export const wordsOfThisPlace = ['clientele', 'partner', 'reseller', 'customer', 'admin', 'administrator', 'パートナー'] as const;

/** A name has to be so long to count: of shorter ones there is one in every other passphrase. */
const leastOfName = 4;

let listed: Promise<ReadonlySet<string>> | undefined;

/** The 49,000 passwords that are used most. Read when somebody chooses a password, not when a process begins. */
function commonPasswords(): Promise<ReadonlySet<string>> {
  listed ??= import('@zxcvbn-ts/language-common').then(({ dictionary }) => new Set(dictionary['passwords-common'].map(String)));
  return listed;
}

const signs: Readonly<Record<string, string>> = { '@': 'a', '4': 'a', '3': 'e', '1': 'i', '!': 'i', '0': 'o', $: 's', '5': 's', '7': 't' };

/** As it was thought of: without case, wide letters and letters that are written as digits. */
const folded = (text: string) => text.normalize('NFKC').toLowerCase();
const spelled = (text: string) => text.replace(/[@4310!$57]/g, (sign) => signs[sign] ?? sign);

/** Without the year, the digit or the sign that is put before or behind a word to make it pass. */
const bare = (text: string) => text.replace(/^[^\p{L}]{1,4}(?=\p{L})/u, '').replace(/(?<=\p{L})[^\p{L}]{1,4}$/u, '');

/** Of a text that is one short piece again and again, the piece. */
const piece = (text: string) => /^(.{1,10}?)\1+$/su.exec(text)?.[1] ?? text;

/** Whether each character follows the one before, as in 23456789 or hgfedcba. */
function isRun(text: string): boolean {
  const codes = Array.from(text, (character) => character.codePointAt(0) ?? 0);
  return [1, -1].some((step) =>
    codes.every((code, index) => index === 0 || code - (codes[index - 1] ?? 0) === step || (code === 48 && step === 1)),
  );
}

/**
 * Whether a password is among those that somebody tries first: one of the most used, such a one with a little around it, twice or in digits for letters;
 * a run or one sign again and again; or made of this place's words and of the names that go with the person. Says nothing of which characters stand in it.
 */
export async function isGuessable(password: string, names: readonly string[] = []): Promise<boolean> {
  const common = await commonPasswords();
  const whole = folded(password);
  const isCommon = (text: string) =>
    [text, spelled(text)].some((form) =>
      [form, bare(form), piece(form), bare(piece(form)), piece(bare(form))].some((one) => common.has(one)),
    );
  if (isRun(whole) || Array.from(piece(whole)).length <= 3 || isCommon(whole)) return true;
  const known = [...wordsOfThisPlace, ...names.flatMap((name) => folded(name).split(/[^\p{L}\p{N}]+/u))]
    .filter((word) => word.length >= leastOfName)
    .sort((a, b) => b.length - a.length);
  const rest = known.reduce((text, word) => text.replaceAll(word, ' '), whole).trim();
  if (rest === whole) return false;
  const letters = rest.replace(/[^\p{L}]/gu, '');
  return letters.length < leastOfName || isCommon(rest.replace(/^[\s\p{P}\p{S}]+|[\s\p{P}\p{S}]+$/gu, ''));
}

/** Throws `validation_failed` at the field for a password that is guessable. */
export async function refuseGuessable(path: string, password: string, names: readonly string[]): Promise<void> {
  if (await isGuessable(password, names)) refuseFields([{ path, rule: 'password_guessable' }]);
}
