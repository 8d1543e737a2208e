import { type Address, checkAddress } from './addresses.ts';
import { checkAttestationDate } from './agreements.ts';
import { countryCodes, rulesOf, subdivisionsOf } from './countries.ts';
import { type Language, languages } from './languages.ts';
import { firstLetters, lengths, normalizeDomain, unshowable } from './names.ts';
import type { Rule } from './refusals.ts';
import { isLookalikeDomain } from './scripts.ts';

/** What a file may be at most; beyond it the upload stops with a sentence that names the limit. */
export const importLimits = { bytes: 200 * 1024 * 1024, rows: 500_000, columns: 200, rowCharacters: 256 * 1024 } as const;

/** What a column of a file can be. */
export const importFields = [
  'companyName',
  'domain',
  'externalId',
  'country',
  'line1',
  'line2',
  'city',
  'state',
  'postalCode',
  'firstName',
  'lastName',
  'contactName',
  'email',
  'phone',
  'language',
  'tags',
  'notes',
  'supportContact',
  'agreementDate',
] as const;
export type ImportField = (typeof importFields)[number];

/** Which column (from 0) each field is read from. */
export type ImportMapping = Partial<Record<ImportField, number>>;

/** What holds for the whole file. */
export interface ImportOptions {
  /** For rows without a country or language of their own. */
  country: string;
  language: Language;
  /** Tags that every row gets besides its own. */
  tags: string[];
  /** false: customers that are here already stay as they are. */
  updateExisting: boolean;
}

/** What one row says about a customer; what it does not say is missing. */
export interface ImportedCustomer {
  companyName: string;
  domain: string;
  externalId?: string;
  country?: string;
  address?: Address;
  firstName?: string;
  lastName?: string;
  email?: string;
  phone?: string;
  language?: Language;
  tags: string[];
  notes?: string;
  supportContact?: string;
  agreementDate?: string;
}

/** One broken rule of a row: at which field, with what in it. `field` is missing when the row itself is broken. */
export interface ImportFailure {
  field?: ImportField;
  rule: Rule;
  value: string;
  params?: Record<string, string | number>;
}

/** Header names that say what a column is, without spaces and signs. The first fitting column wins. */
const headerNames: Record<ImportField, string> = {
  companyName:
    'companyname company customername customer organizationname organisationname organization organisation accountname name 会社名 企業名 顧客名 組織名 法人名 社名 貴社名 取引先名',
  domain:
    'primarydomain primarydomainname domain domainname customerdomain website プライマリドメイン プライマリードメイン ドメイン ドメイン名 主ドメイン',
  externalId: 'customerid microsoftid externalid tenantid accountid id customernumber 顧客id 顧客番号 顧客コード 取引先コード テナントid',
  country: 'country countryregion region countrycode 国 国地域 国または地域 国名 国コード',
  line1: 'addressline1 address1 address street streetaddress line1 住所 住所1 番地 町名番地 住所1行目',
  line2: 'addressline2 address2 line2 suite 住所2 建物名 建物 住所2行目',
  city: 'city town locality 市区町村 市 市町村',
  state: 'state province stateprovince prefecture 都道府県 州 州都道府県',
  postalCode: 'postalcode postcode zip zipcode 郵便番号',
  firstName: 'firstname givenname contactfirstname 名 名前',
  lastName: 'lastname surname familyname contactlastname 姓 名字',
  contactName: 'contactname contact contactperson primarycontact fullname 担当者 担当者名 連絡先 連絡先名 氏名 ご担当者名',
  email: 'email emailaddress mail contactemail メール メールアドレス eメール 電子メール 連絡先メール',
  phone: 'phone phonenumber telephone tel mobile 電話 電話番号 連絡先電話',
  language: 'language preferredlanguage locale culture 言語 使用言語',
  tags: 'tags tag labels categories タグ 分類 ラベル',
  notes: 'notes note comment comments memo remarks メモ 備考 コメント',
  supportContact: 'supportcontact accountmanager サポート連絡先 サポート担当',
  agreementDate: 'agreementdate agreementaccepted customeragreementdate mcadate dateagreed 契約同意日 顧客契約日 同意日',
};

const plain = (header: string) =>
  header
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');

/** Which column is probably what, by the names in the header; English and Japanese. */
export function guessMapping(columns: readonly string[]): ImportMapping {
  const named = columns.map(plain);
  const mapping: ImportMapping = {};
  const taken = new Set<number>();
  for (const field of importFields) {
    for (const name of headerNames[field].split(' ')) {
      const column = named.findIndex((header, index) => header === name && !taken.has(index));
      if (column < 0) continue;
      mapping[field] = column;
      taken.add(column);
      break;
    }
  }
  return mapping;
}

/** What a mapping lacks or names twice: without company name and domain there is no customer. */
export function checkMapping(mapping: ImportMapping, columns: number): { path: string; rule: Rule }[] {
  const errors: { path: string; rule: Rule }[] = [];
  for (const field of ['companyName', 'domain'] as const)
    if (mapping[field] === undefined) errors.push({ path: `mapping.${field}`, rule: 'required' });
  const seen = new Set<number>();
  for (const [field, column] of Object.entries(mapping)) {
    if (column < 0 || column >= columns || seen.has(column)) errors.push({ path: `mapping.${field}`, rule: 'choice' });
    seen.add(column);
  }
  return errors;
}

/** The apostrophe in front of a cell that a spreadsheet would run is ours: exports put it there, and reading takes it away. */
const guarded = /^'(?=[=+@\t\r\n＝＋－＠-])/;
/** The text of a cell: without white space around it and without our guard, letters composed. */
export const cellText = (cell: string | undefined): string => (cell ?? '').trim().replace(guarded, '').trim().normalize('NFC');
/** A cell as it goes into a file: what a spreadsheet would run as a formula is led by an apostrophe. */
export const guardCell = (cell: string): string => (/^[=+@\t\r\n＝＋－＠-]/.test(cell) ? `'${cell}` : cell);

const emailAddress = /^(?!\.)(?!.*\.\.)([A-Za-z0-9_'+\-.]*)[A-Za-z0-9_+-]@([A-Za-z0-9][A-Za-z0-9-]*\.)+[A-Za-z]{2,}$/;

/** What is read from a row: the customer that it tells of, or everything that is wrong with it. */
export function readRow(
  cells: readonly string[],
  mapping: ImportMapping,
  options: Pick<ImportOptions, 'country' | 'tags'> & { countries?: readonly string[] },
  now: Date,
): { customer: ImportedCustomer } | { failures: ImportFailure[] } {
  const failures: ImportFailure[] = [];
  const fail = (field: ImportField, rule: Rule, params?: ImportFailure['params']): undefined => {
    const value = cellText(cells[mapping[field] ?? -1]);
    failures.push({ field, rule, value: shortened(value), ...(params ? { params } : {}) });
  };

  /** The text of a field; undefined when there is none or it breaks a rule that every text has. */
  const text = (field: ImportField, max: number, { lines = false, required = false } = {}): string | undefined => {
    const value = mapping[field] === undefined ? '' : cellText(cells[mapping[field]]);
    if (value === '') return required ? fail(field, 'required') : undefined;
    if (value.length > max) return fail(field, 'too_long', { max });
    // The replacement character stands for what could not be kept of the file.
    if (unshowable.test(value) || value.includes('\ufffd') || (!lines && /[\r\n\t]/.test(value))) return fail(field, 'control_characters');
    return value;
  };
  const checked = (field: ImportField, max: number, rule: Rule, read: (value: string) => string | null): string | undefined => {
    const value = text(field, max);
    if (value === undefined) return undefined;
    return read(value) ?? fail(field, rule);
  };

  const companyName = text('companyName', lengths.companyName, { required: true });
  const typedDomain = text('domain', 253, { required: true });
  const domain = typedDomain === undefined ? undefined : (domainOf(typedDomain) ?? fail('domain', 'domain'));
  if (domain !== undefined && isLookalikeDomain(domain)) fail('domain', 'domain_lookalike');
  const country = checked('country', lengths.line, 'country', countryOf);
  if (country && options.countries?.length && !options.countries.includes(country)) fail('country', 'country');
  const language = checked('language', 50, 'choice', languageOf) as Language | undefined;
  const email = checked('email', lengths.email, 'email', (value) => (emailAddress.test(value) ? value : null));
  const phone = checked('phone', lengths.phone, 'phone', phoneOf);
  const externalId = text('externalId', lengths.line);
  const notes = text('notes', lengths.note, { lines: true });
  const supportContact = text('supportContact', lengths.line);
  const [first, last] = splitName(text('contactName', lengths.personName * 2 + 1));
  const firstName = text('firstName', lengths.personName) ?? first;
  const lastName = text('lastName', lengths.personName) ?? last;
  for (const name of [firstName, lastName])
    if (name && name.length > lengths.personName) fail('contactName', 'too_long', { max: lengths.personName });

  const tags = tagsOf(text('tags', 2000), options.tags);
  if (tags.some((tag) => tag.length > lengths.tag)) fail('tags', 'too_long', { max: lengths.tag });
  if (tags.length > 20) fail('tags', 'too_many', { max: 20 });

  const parts = { line1: text('line1', lengths.line), line2: text('line2', lengths.line), city: text('city', lengths.line) };
  const address = addressOf(country ?? options.country, { ...parts, state: text('state', 50), postalCode: text('postalCode', 20) }, fail);

  const typedDate = text('agreementDate', 30);
  const agreementDate = typedDate === undefined ? undefined : readDay(typedDate, now, (rule) => fail('agreementDate', rule));
  if (agreementDate !== undefined && !(firstName && lastName && email)) fail(email ? 'lastName' : 'email', 'required');

  if (failures.length > 0 || companyName === undefined || domain === undefined) return { failures };
  const given = { externalId, country, address, firstName, lastName, email, phone, language, notes, supportContact, agreementDate };
  return {
    customer: {
      companyName,
      domain,
      tags,
      ...(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as object),
    },
  };
}

/** A value as a list of failures shows it. */
const shortened = (value: string): string => (firstLetters(value, 120) === value ? value : `${firstLetters(value, 119)}…`);

/** A domain, also when a web address or a mail address was written instead. */
function domainOf(value: string): string | null {
  const host = value
    .replace(/^https?:\/\//i, '')
    .replace(/^www\.(?=[^.]+\.)/i, '')
    .replace(/\/+$/, '');
  return normalizeDomain(host);
}

let countryNames: Map<string, string> | undefined;
/** The code of a country, from its code or its English or Japanese name. */
function countryOf(value: string): string | null {
  const code = value.toUpperCase();
  if (rulesOf(code)) return code;
  if (!countryNames) {
    countryNames = new Map([
      ['usa', 'US'],
      ['unitedstatesofamerica', 'US'],
      ['uk', 'GB'],
      ['greatbritain', 'GB'],
      ['米国', 'US'],
      ['英国', 'GB'],
    ]);
    for (const locale of languages) {
      const names = new Intl.DisplayNames(locale, { type: 'region' });
      for (const one of countryCodes) countryNames.set(plain(names.of(one) ?? one), one);
    }
  }
  return countryNames.get(plain(value)) ?? null;
}

const languageNames: Record<string, Language> = { english: 'en', 英語: 'en', eng: 'en', japanese: 'ja', 日本語: 'ja', jpn: 'ja' };
/** The language that a cell names: its code, or its name in English or Japanese; null for anything else. */
export function languageOf(value: string): Language | null {
  const name = value.toLowerCase();
  const code = name.split(/[-_]/)[0] ?? '';
  return languages.find((one) => one === code) ?? (Object.hasOwn(languageNames, name) ? (languageNames[name] ?? null) : null);
}

function phoneOf(value: string): string | null {
  const digits = value.normalize('NFKC').replace(/[‐–—−ー]/g, '-');
  return /^[+0-9][0-9 ()./-]*$/.test(digits) && (digits.match(/[0-9]/g) ?? []).length >= 5 ? digits : null;
}

/** First and last name of a full one; one that is written in Han letters begins with the last name. */
function splitName(full: string | undefined): [string | undefined, string | undefined] {
  if (full === undefined) return [undefined, undefined];
  const [head = '', ...rest] = full.split(/\s+/);
  const tail = rest.join(' ');
  return /\p{Script=Han}/u.test(full) && tail ? [tail, head] : [head, tail || undefined];
}

function tagsOf(cell: string | undefined, more: readonly string[]): string[] {
  const own = (cell ?? '').split(/[,;、，；|]/).map((tag) => tag.trim());
  return [...new Set([...own, ...more])].filter((tag) => tag !== '');
}

type AddressParts = Partial<Record<'line1' | 'line2' | 'city' | 'state' | 'postalCode', string | undefined>>;

function addressOf(
  country: string,
  parts: AddressParts,
  fail: (field: ImportField, rule: Rule, params?: ImportFailure['params']) => undefined,
): Address | undefined {
  if (!Object.values(parts).some((part) => part !== undefined)) return undefined;
  if (!parts.line1) fail('line1', 'required');
  const address: Address = { line1: parts.line1 ?? '', city: parts.city ?? '' };
  if (parts.line2) address.line2 = parts.line2;
  if (parts.state) address.state = stateOf(country, parts.state);
  if (parts.postalCode) address.postalCode = parts.postalCode.normalize('NFKC');
  for (const { path, rule, params } of checkAddress(country, address)) fail(path.replace('address.', '') as ImportField, rule, params);
  return address;
}

/** The code of a state, from its code or its name as it is written there or in Latin letters; a prefecture may lack its last sign. */
function stateOf(country: string, value: string): string {
  const typed = plain(value);
  const codes = rulesOf(country)?.states ?? [];
  const code = codes.find((one) => plain(one) === typed || plain(one) === typed.padStart(2, '0'));
  if (code) return code;
  for (const language of languages) {
    const found = subdivisionsOf(country, language).find(
      ({ name }) => plain(name) === typed || plain(name).replace(/[都府県]$/u, '') === typed,
    );
    if (found) return found.code;
  }
  return value;
}

/** A day between 1900 and today, written year first; anything else could be two days. */
function readDay(value: string, now: Date, fail: (rule: Rule) => undefined): string | undefined {
  const parts = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ]00:00(?::00(?:\.0+)?)?Z?)?$/.exec(value.normalize('NFKC'));
  if (!parts) return fail('date');
  const [, year = '', month = '', day = ''] = parts;
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  if (date < '1900-01-01') return fail('date_too_early');
  const [wrong] = checkAttestationDate(date, now);
  return wrong ? fail(wrong.rule) : date;
}

/** What is here already of a customer that a row tells of. */
export interface KnownCustomer {
  companyName: string;
  country: string;
  address: Address | null;
  contact: { firstName: string; lastName: string; email: string; phone?: string | undefined };
  language: Language;
  tags: string[];
  notes: string;
  supportContact: string | null;
  externalId: string | null;
  agreementAccepted: boolean;
}

/** What of a known customer a row would change; empty when it says nothing new. Nothing is erased: an empty cell says nothing. */
export function changesOf(known: KnownCustomer, row: ImportedCustomer): Partial<Omit<KnownCustomer, 'agreementAccepted'>> {
  const changes: Partial<KnownCustomer> = {};
  if (row.companyName !== known.companyName) changes.companyName = row.companyName;
  for (const field of ['country', 'language', 'supportContact', 'externalId'] as const)
    if (row[field] !== undefined && row[field] !== known[field]) Object.assign(changes, { [field]: row[field] });
  if (row.address && !isSameAddress(row.address, known.address)) changes.address = row.address;
  const contact = { ...known.contact };
  for (const field of ['firstName', 'lastName', 'email', 'phone'] as const) if (row[field] !== undefined) contact[field] = row[field];
  if ((['firstName', 'lastName', 'email', 'phone'] as const).some((field) => (contact[field] ?? '') !== (known.contact[field] ?? '')))
    changes.contact = contact;
  const tags = [...new Set([...known.tags, ...row.tags])];
  if (tags.length > known.tags.length) changes.tags = tags;
  // A note is added to what others have written, once.
  if (row.notes !== undefined && !known.notes.includes(row.notes))
    changes.notes = known.notes ? `${known.notes}\n\n${row.notes}` : row.notes;
  return changes;
}

function isSameAddress(one: Address, other: Address | null): boolean {
  const parts = ['line1', 'line2', 'city', 'state', 'postalCode'] as const;
  return other !== null && parts.every((part) => (one[part] ?? '') === (other[part] ?? ''));
}

/** How many rows of a file come to what. */
export interface ImportCounts {
  create: number;
  update: number;
  unchanged: number;
  duplicate: number;
  error: number;
}
export const noImportCounts: Readonly<ImportCounts> = { create: 0, update: 0, unchanged: 0, duplicate: 0, error: 0 };
