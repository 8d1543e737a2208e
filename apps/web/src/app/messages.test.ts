import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Rule } from '@clientele/domain';
import { describe, expect, it } from 'vitest';

const src = fileURLToPath(new URL('..', import.meta.url));
const features = readdirSync(src, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

type Tree = { [key: string]: string | Tree };
const messagesOf = (feature: string, language: string) => JSON.parse(readFileSync(`${src}${feature}/${language}.json`, 'utf8')) as Tree;
const flat = (tree: Tree, path = ''): [key: string, text: string][] =>
  Object.entries(tree).flatMap(([key, value]): [string, string][] =>
    typeof value === 'string' ? [[path + key, value]] : flat(value, `${path}${key}.`),
  );
/** The places in a text that are filled in; a literal like {'@'} is none. */
const places = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

/** Every rule; a new one that is missing here does not compile. */
const rules: Record<Rule, true> = {
  required: true,
  unknown_field: true,
  wrong_type: true,
  too_short: true,
  too_long: true,
  too_small: true,
  too_large: true,
  not_whole: true,
  email: true,
  url: true,
  https: true,
  provider_unproven: true,
  secret_again: true,
  uuid: true,
  phone: true,
  choice: true,
  domain_prefix: true,
  domain: true,
  domain_taken: true,
  name_taken: true,
  profile_exists: true,
  logo_type: true,
  logo_pixels: true,
  logo_bytes: true,
  country: true,
  postal_code: true,
  state_required: true,
  state_unknown: true,
  date: true,
  date_in_future: true,
  date_past: true,
  date_too_late: true,
  agreement_first: true,
  quantity_fixed: true,
  unknown_product: true,
  usage_subscription_first: true,
  amount: true,
  below_purchase_cap: true,
  over_purchase_cap: true,
  over_month_cap: true,
  resource_group: true,
  no_partnership: true,
  currency_digits: true,
  not_a_colleague: true,
  confirmation: true,
  cloud_elsewhere: true,
  set_up_code: true,
  set_up_code_used: true,
  password: true,
  already_invited: true,
  already_user: true,
  user_invited: true,
  role_missing: true,
  deactivated_user: true,
  address_elsewhere: true,
  address_taken: true,
  wrong_password: true,
  wrong_code: true,
  used_code: true,
  wrong_recovery_code: true,
  wrong_passkey: true,
  passkey_known: true,
  same_password: true,
  password_guessable: true,
  already_customer: true,
  listed_twice: true,
  address_bounced: true,
  address_unsubscribed: true,
  same_address: true,
  always_delegated_admin: true,
  reminder_order: true,
  reminder_too_late: true,
  placeholder_unknown: true,
  placeholder_broken: true,
  link_missing: true,
  link_twice: true,
  link_in_subject: true,
  link_line: true,
  cursor: true,
  control_characters: true,
  too_many: true,
  domain_lookalike: true,
  domain_reserved: true,
  date_too_early: true,
  cell_count: true,
  customer_ended: true,
  file_too_large: true,
  file_too_many_rows: true,
  file_encoding: true,
  file_workbook: true,
  file_quote: true,
  file_row_too_long: true,
  file_no_rows: true,
  file_too_many_columns: true,
};

describe.each(features)('the messages of %s', (feature) => {
  const en = flat(messagesOf(feature, 'en'));
  const ja = new Map(flat(messagesOf(feature, 'ja')));

  it('are the same in both languages, with the same places to fill in', () => {
    expect([...ja.keys()].sort()).toEqual(en.map(([key]) => key).sort());
    for (const [key, text] of en) expect(places(ja.get(key) ?? ''), key).toEqual(places(text));
  });

  it('hold no empty text', () => {
    for (const [key, text] of [...en, ...ja]) expect(text.trim(), key).not.toBe('');
  });
});

it('every rule of the domain has a sentence', () => {
  const known = flat(messagesOf('app', 'en')).map(([key]) => key);
  for (const rule of Object.keys(rules)) expect(known).toContain(`rules.${rule}`);
});
