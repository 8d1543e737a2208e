import { BlockList, isIP } from 'node:net';
import type { Dns } from './dns.ts';

/** RFC 7208, section 4.6.4: who needs more is refused as broken. */
const mostLookups = 10;
const mostExchanges = 10;

type SpfResult = 'pass' | 'fail' | 'softfail' | 'neutral' | 'none' | 'permerror' | 'temperror';

export interface SpfTerm {
  qualifier: '+' | '-' | '~' | '?';
  name: string;
  value: string;
}

/** Whether a TXT record is an SPF record. */
export const isSpf = (record: string) => /^v=spf1(?: |$)/i.test(record);

const mechanisms = ['all', 'include', 'a', 'mx', 'ptr', 'ip4', 'ip6', 'exists'];

/** The terms of a record in order; null when one of them is none. `redirect` is a term of that name. */
export function parseSpf(record: string): SpfTerm[] | null {
  const terms: SpfTerm[] = [];
  for (const word of record.trim().split(/ +/).slice(1)) {
    const modifier = /^([a-z][a-z0-9_.-]*)=(.*)$/i.exec(word);
    if (modifier) {
      if (modifier[1]?.toLowerCase() === 'redirect') terms.push({ qualifier: '+', name: 'redirect', value: modifier[2] ?? '' });
      continue;
    }
    const [, qualifier = '', name = '', value = ''] = /^([+?~-]?)([a-z0-9]+)((?:[:/].*)?)$/i.exec(word) ?? [];
    if (!mechanisms.includes(name.toLowerCase())) return null;
    const term = { qualifier: (qualifier || '+') as SpfTerm['qualifier'], name: name.toLowerCase(), value: value.replace(/^:/, '') };
    if (!hasGoodValue(term)) return null;
    terms.push(term);
  }
  return terms;
}

function hasGoodValue({ name, value }: SpfTerm): boolean {
  if (name === 'ip4' || name === 'ip6') {
    const [address = '', prefix, ...more] = value.split('/');
    const most = name === 'ip4' ? 32 : 128;
    return (
      more.length === 0 &&
      isIP(address) === (name === 'ip4' ? 4 : 6) &&
      (prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= most))
    );
  }
  if (name === 'all') return value === '';
  return name === 'include' || name === 'exists' ? value !== '' : true;
}

export interface SpfJudgement {
  result: SpfResult;
  /** Look-ups that a mail server has to make; at most 10 are allowed. */
  lookups: number;
}

const resultOf = { '+': 'pass', '-': 'fail', '~': 'softfail', '?': 'neutral' } as const;

/** What a mail server finds for mail of `domain` that comes from `ip` (RFC 7208, check_host). Macros match nothing here. */
export async function judgeSpf(dns: Dns, domain: string, ip: string): Promise<SpfJudgement> {
  const count = { lookups: 0 };
  const result = await check(dns, domain, ip, count, 0);
  return { result, lookups: count.lookups };
}

async function check(dns: Dns, domain: string, ip: string, count: { lookups: number }, depth: number): Promise<SpfResult> {
  const found = await dns.txt(domain);
  if (found.kind === 'failed') return 'temperror';
  const records = found.kind === 'found' ? found.records.filter(isSpf) : [];
  if (records.length === 0) return 'none';
  const terms = records.length === 1 && depth <= mostLookups ? parseSpf(records[0] ?? '') : null;
  if (!terms) return 'permerror';

  for (const term of terms) {
    if (term.name === 'redirect') continue;
    if (['include', 'a', 'mx', 'ptr', 'exists'].includes(term.name) && ++count.lookups > mostLookups) return 'permerror';
    const matched = await matches(dns, term, domain, ip, count, depth);
    if (matched === 'permerror' || matched === 'temperror') return matched;
    if (matched) return resultOf[term.qualifier];
  }
  const redirect = terms.find(({ name }) => name === 'redirect');
  if (!redirect || terms.some(({ name }) => name === 'all')) return 'neutral';
  if (++count.lookups > mostLookups) return 'permerror';
  const result = await check(dns, redirect.value, ip, count, depth + 1);
  return result === 'none' ? 'permerror' : result;
}

async function matches(
  dns: Dns,
  { name, value }: SpfTerm,
  domain: string,
  ip: string,
  count: { lookups: number },
  depth: number,
): Promise<boolean | 'permerror' | 'temperror'> {
  const [target = '', ...prefixes] = value.split('/');
  const host = target || domain;
  switch (name) {
    case 'all':
      return true;
    case 'ip4':
    case 'ip6':
      return isWithin(ip, target, prefixes[0]);
    case 'include': {
      const result = await check(dns, value, ip, count, depth + 1);
      if (result === 'none') return 'permerror';
      return result === 'permerror' || result === 'temperror' ? result : result === 'pass';
    }
    case 'a':
      return anyWithin(dns, [host], ip, prefixes);
    case 'mx': {
      const found = await dns.mx(host);
      if (found.kind === 'failed') return 'temperror';
      const hosts = found.kind === 'found' ? found.records.slice(0, mostExchanges).map(({ exchange }) => exchange) : [];
      return anyWithin(dns, hosts, ip, prefixes);
    }
    case 'exists': {
      if (value.includes('%')) return false;
      const found = await dns.addresses(value);
      return found.kind === 'failed' ? 'temperror' : found.kind === 'found';
    }
    default:
      return false;
  }
}

/** `prefixes` are those of `a/24//64`: the first for IPv4, the last for IPv6. */
async function anyWithin(dns: Dns, hosts: string[], ip: string, prefixes: string[]): Promise<boolean | 'temperror'> {
  const prefix = isIP(ip) === 6 ? (prefixes.length > 1 ? prefixes.at(-1) : undefined) : prefixes[0] || undefined;
  for (const host of hosts) {
    const found = host.includes('%') ? ({ kind: 'none' } as const) : await dns.addresses(host);
    if (found.kind === 'failed') return 'temperror';
    if (found.kind === 'found' && found.records.some((address) => isWithin(ip, address, prefix))) return true;
  }
  return false;
}

function isWithin(ip: string, address: string, prefix: string | undefined): boolean {
  const family = isIP(address);
  if (family === 0 || family !== isIP(ip)) return false;
  const type = family === 4 ? 'ipv4' : 'ipv6';
  const most = family === 4 ? 32 : 128;
  const bits = prefix === undefined || !/^\d{1,3}$/.test(prefix) ? most : Number(prefix);
  if (bits > most) return false;
  const list = new BlockList();
  list.addSubnet(address, bits, type);
  return list.check(ip, type);
}
