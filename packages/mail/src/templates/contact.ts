import { type Language, shorten } from '../layout.ts';

/** The person at the partner whom a reader can ask. */
export interface PartnerContact {
  name: string;
  email: string;
}

export function contactLine(partnerName: string, { name, email }: PartnerContact, language: Language): string {
  const partner = shorten(partnerName, 80);
  const person = [shorten(name, 80), email].filter(Boolean).join(', ');
  if (!person) return partner;
  return language === 'ja' ? `お問い合わせ: ${partner} ${person}` : `Questions? ${partner}: ${person}`;
}

/** Both of a subject's names within 59 characters: each gives way in turn. */
export function fitSubject(make: (...names: string[]) => string, ...names: string[]): string {
  const count = (text: string) => [...new Intl.Segmenter().segment(text)].length;
  const room = 59 - count(make(...names.map(() => '')));
  const each = Math.max(3, Math.floor(room / names.length));
  const fitting = names.map((name) => (count(name) <= each ? count(name) : null));
  const spare = fitting.reduce<number>((sum, size) => sum + (size === null ? 0 : each - size), 0);
  const long = fitting.filter((size) => size === null).length;
  return make(...names.map((name) => shorten(name, each + (long > 0 ? Math.floor(spare / long) : 0))));
}
