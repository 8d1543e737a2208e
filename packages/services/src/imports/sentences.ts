import type { Language, RowFailure } from '@clientele/domain';

/** The header of the column that says what is wrong. No field is called so: the next upload leaves it out. */
export const whatIsWrong: Record<Language, string> = { en: 'What is wrong', ja: 'エラーの内容' };

type Params = Record<string, string | number>;
type Sentence = (params: Params) => string;

const sentences: Record<Language, { rules: Record<string, Sentence>; other: (code: string) => string }> = {
  en: {
    rules: {
      required: () => 'is missing.',
      too_long: ({ max }) => `is longer than ${max} characters.`,
      too_many: ({ max }) => `has more than ${max}.`,
      control_characters: () => 'holds characters that cannot be shown.',
      domain: () => 'is not a domain like contoso.com.',
      domain_lookalike: () => 'mixes letters of several scripts, so that it could be taken for another domain.',
      domain_reserved: () => 'is made here by adding a customer, not by importing one.',
      country: () => 'is not a country or region that can be served here.',
      email: () => 'is not an e-mail address.',
      phone: () => 'is not a phone number with at least 5 digits.',
      choice: () => 'is none of the possible values.',
      date: () => 'is not a date like 2026-01-31.',
      date_in_future: () => 'lies in the future.',
      date_too_early: () => 'lies before 1900.',
      postal_code: ({ country, example }) => `is not a postal code of ${country}${example ? `; one looks like ${example}` : ''}.`,
      state_required: ({ country }) => `is missing: addresses in ${country} need a state or prefecture.`,
      state_unknown: ({ country }) => `is no state or prefecture of ${country}.`,
      cell_count: ({ found, expected }) => `The row has ${found} cells, the header has ${expected}.`,
      customer_ended: () => 'belongs to a customer whose relationship has ended: reinstate it first.',
      already_customer: () => 'is just being added as a customer.',
    },
    other: (code) => `is not valid (${code}).`,
  },
  ja: {
    rules: {
      required: () => 'を入力してください。',
      too_long: ({ max }) => `は ${max} 文字以内で入力してください。`,
      too_many: ({ max }) => `は ${max} 個以内にしてください。`,
      control_characters: () => 'に表示できない文字が含まれています。',
      domain: () => 'が contoso.com のようなドメインの形式ではありません。',
      domain_lookalike: () => 'に複数の文字体系が混在しており、別のドメインと見間違えるおそれがあります。',
      domain_reserved: () => 'は「顧客の追加」で作成するドメインのため、インポートできません。',
      country: () => 'が対象の国または地域ではありません。',
      email: () => 'がメールアドレスの形式ではありません。',
      phone: () => 'が 5 桁以上の電話番号ではありません。',
      choice: () => 'が選択肢のいずれでもありません。',
      date: () => 'が 2026-01-31 のような日付ではありません。',
      date_in_future: () => 'が未来の日付です。',
      date_too_early: () => 'が 1900 年より前の日付です。',
      postal_code: ({ country, example }) => `が ${country} の郵便番号ではありません${example ? `（例: ${example}）` : ''}。`,
      state_required: ({ country }) => `を入力してください（${country} の住所には州や都道府県が必要です）。`,
      state_unknown: ({ country }) => `が ${country} の州や都道府県ではありません。`,
      cell_count: ({ found, expected }) => `行のセルが ${found} 個あります。見出しは ${expected} 個です。`,
      customer_ended: () => 'は関係が終了した顧客のものです。先に関係を再開してください。',
      already_customer: () => 'は顧客として追加中です。',
    },
    other: (code) => `が正しくありません（${code}）。`,
  },
};

/** A broken rule as a sentence for the file of failed rows: column, then what is wrong with it. */
export function failureSentence(language: Language, { code, column, params = {} }: RowFailure): string {
  const { rules, other } = sentences[language];
  const said = Object.hasOwn(rules, code) ? (rules[code] as Sentence)(params) : other(code);
  const what = column ?? (typeof params.field === 'string' ? params.field : '');
  if (!what) return said;
  return language === 'ja' ? `「${what}」${said}` : `“${what}” ${said}`;
}
