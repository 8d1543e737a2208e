import type { Language } from './languages.ts';
import { lengths, unshowable } from './names.ts';
import type { FieldError } from './refusals.ts';

export const templateKinds = ['invitation', 'reinstate', 'invitation_reminder'] as const;
/** The mails whose subject and text a partner can write itself, per language. */
export type TemplateKind = (typeof templateKinds)[number];

export const placeholderNames = ['company', 'recipient', 'partner', 'link'] as const;
export type PlaceholderName = (typeof placeholderNames)[number];

/** What a partner writes: plain text with `{company}`, `{recipient}`, `{partner}` and, once in the message and on a line of its own, `{link}`. */
export interface MailText {
  subject: string;
  message: string;
}

/** A place in a text as a person counts: lines and characters from 1. */
export interface Place {
  line: number;
  column: number;
}

export type TemplatePiece = { text: string } | { placeholder: PlaceholderName; at: Place };
export interface TemplateFault {
  rule: 'placeholder_unknown' | 'placeholder_broken';
  at: Place;
  /** What stood between the brackets. */
  name?: string;
}

/** An IME types brackets as wide as its letters; they mean the same. */
const brackets = /[{｛}｝]/u;
const placeholderHere = /^[{｛]([^{}｛｝\n]*)[}｝]/u;

/** The pieces of a template, and each bracket that is not part of a placeholder. Nothing of the text is lost: the pieces together are all of it. */
export function parseTemplate(template: string): { pieces: TemplatePiece[]; faults: TemplateFault[] } {
  const text = template.replace(/\r\n?/g, '\n');
  const pieces: TemplatePiece[] = [];
  const faults: TemplateFault[] = [];
  let [at, plain, line, column] = [0, '', 1, 1];
  const step = (part: string) => {
    for (const character of part) {
      if (character === '\n') [line, column] = [line + 1, 1];
      else column += 1;
    }
    at += part.length;
  };
  while (at < text.length) {
    const next = text.slice(at).search(brackets);
    const before = next === -1 ? text.slice(at) : text.slice(at, at + next);
    plain += before;
    step(before);
    if (next === -1) break;
    const place: Place = { line, column };
    const [whole, name = ''] = placeholderHere.exec(text.slice(at)) ?? [];
    const known = placeholderNames.find((one) => one === name.trim());
    if (known && whole) {
      if (plain) pieces.push({ text: plain });
      plain = '';
      pieces.push({ placeholder: known, at: place });
    } else {
      faults.push(
        whole && name.trim()
          ? { rule: 'placeholder_unknown', at: place, name: name.trim().slice(0, 40) }
          : { rule: 'placeholder_broken', at: place },
      );
      plain += whole ?? text[at];
    }
    step(whole ?? (text[at] as string));
  }
  if (plain) pieces.push({ text: plain });
  return { pieces, faults };
}

/** What is wrong with a template, with the place of each fault. */
export function checkTemplate({ subject, message }: MailText): FieldError[] {
  const faultsIn = (path: 'subject' | 'message', text: string, most: number): FieldError[] => {
    if (text.trim() === '') return [{ path, rule: 'required' }];
    if (text.length > most) return [{ path, rule: 'too_long', params: { max: most } }];
    if (unshowable.test(text) || (path === 'subject' && /[\r\n\t]/.test(text))) return [{ path, rule: 'control_characters' }];
    return parseTemplate(text).faults.map(({ rule, at, name }) => ({ path, rule, params: { ...at, ...(name ? { name } : {}) } }));
  };
  const errors = [...faultsIn('subject', subject, lengths.subject), ...faultsIn('message', message, lengths.message)];
  if (linksIn(subject).length > 0) errors.push({ path: 'subject', rule: 'link_in_subject' });
  const [first, second] = linksIn(message);
  if (!first && message.trim() !== '') errors.push({ path: 'message', rule: 'link_missing' });
  if (first && !/^[^\S\n]*[{｛][^{}｛｝\n]*[}｝][^\S\n]*$/u.test(message.replace(/\r\n?/g, '\n').split('\n')[first.line - 1] ?? ''))
    errors.push({ path: 'message', rule: 'link_line', params: { line: first.line } });
  if (second) errors.push({ path: 'message', rule: 'link_twice', params: { ...second } });
  return errors;
}

const linksIn = (text: string): Place[] =>
  parseTemplate(text).pieces.flatMap((piece) => ('placeholder' in piece && piece.placeholder === 'link' ? [piece.at] : []));

/** Names as they go into a template; an empty one is spoken of in words. */
export interface TemplateNames {
  company?: string | null | undefined;
  recipient?: string | null | undefined;
  partner: string;
}

const unnamed: Record<Language, { company: string; recipient: string }> = {
  en: { company: 'your organisation', recipient: 'Sir or Madam' },
  ja: { company: '貴社', recipient: 'ご担当者' },
};

/** A name on one line, without what a template or a header could take for its own. */
function tame(name: string, most: number): string {
  const line = name
    .replace(/[{｛]/g, '(')
    .replace(/[}｝]/g, ')')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim();
  const characters = [...line];
  return characters.length <= most
    ? line
    : `${characters
        .slice(0, most - 1)
        .join('')
        .trimEnd()}…`;
}

/** In Japanese a name in Latin letters stands a space apart from the words around it. */
function join(language: Language, left: string, right: string): string {
  const apart =
    language === 'ja' &&
    ((/[a-z0-9.]$/i.test(left) && /^[\p{sc=Hira}\p{sc=Kana}\p{sc=Han}]/u.test(right)) ||
      (/[\p{sc=Hira}\p{sc=Kana}\p{sc=Han}]$/u.test(left) && /^[a-z0-9]/i.test(right)));
  return `${left}${apart ? ' ' : ''}${right}`;
}

/** A name that ends with a full stop ("Contoso Ltd.") ends the sentence as well. */
const afterName = (before: string, text: string): string => (before.endsWith('.') && /^\.(?!\.)/.test(text) ? text.slice(1) : text);

function fill(template: string, names: TemplateNames, language: Language, most: number): string {
  const words = unnamed[language];
  const values: Record<PlaceholderName, string> = {
    company: tame(names.company ?? '', most) || words.company,
    recipient: tame(names.recipient ?? '', most) || words.recipient,
    partner: tame(names.partner, most),
    link: '{link}',
  };
  return parseTemplate(template).pieces.reduce(
    (text, piece) =>
      'placeholder' in piece ? join(language, text, values[piece.placeholder]) : join(language, text, afterName(text, piece.text)),
    '',
  );
}

/** The message with the names in it. `{link}` stays: where it stands the mail has its link. */
export function fillMessage(template: string, names: TemplateNames, language: Language): string {
  return fill(template, names, language, lengths.companyName);
}

/** So many characters a subject may have: what is longer is cut by the programs that show it. */
const mostInSubject = 59;

/** The subject with the names in it, which give way to its own words when there is not room for all. */
export function fillSubject(template: string, names: TemplateNames, language: Language): string {
  const length = (text: string) => [...text].length;
  for (let most = mostInSubject; most > 12; most -= 1) {
    const subject = fill(template, names, language, most);
    if (length(subject) <= mostInSubject) return subject;
  }
  const subject = [...fill(template, names, language, 12)];
  return subject.length <= mostInSubject
    ? subject.join('')
    : `${subject
        .slice(0, mostInSubject - 1)
        .join('')
        .trimEnd()}…`;
}
