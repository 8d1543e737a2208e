import { createPublicKey } from 'node:crypto';
import { isIP } from 'node:net';
import type { Dns } from './dns.ts';
import { isSpf, judgeSpf, parseSpf } from './spf.ts';

/** How mail is sent, as far as other mail servers can tell. */
export interface SenderSetup {
  /** The address that mail comes from. */
  from: string;
  /** Where undeliverable mail comes back to; undefined when nobody reads it. */
  bounceAddress: string | undefined;
  /** The mail server that we hand mail to. */
  smtpHost: string;
  /** The names of the DKIM keys. */
  selectors: readonly string[];
  /** Our own DKIM key; undefined when the mail server signs. */
  privateKey: string | undefined;
  /** The name under which people reach the portal, and mail servers the port for returned mails. */
  publicHost: string;
}

export const senderFindings = [
  'spf_ok',
  'spf_ok_unproven',
  'spf_missing',
  'spf_several',
  'spf_broken',
  'spf_too_many',
  'spf_open',
  'spf_not_covering',
  'spf_unknown',
  'dkim_ok',
  'dkim_ok_unproven',
  'dkim_no_selector',
  'dkim_missing',
  'dkim_revoked',
  'dkim_broken',
  'dkim_other_key',
  'dkim_weak',
  'dkim_unknown',
  'dmarc_ok',
  'dmarc_watching',
  'dmarc_no_reports',
  'dmarc_missing',
  'dmarc_several',
  'dmarc_broken',
  'dmarc_unknown',
  'returns_ok',
  'returns_not_aligned',
  'returns_off',
  'returns_missing',
  'returns_refused',
  'returns_unknown',
] as const;
export type SenderFinding = (typeof senderFindings)[number];

interface DnsRecord {
  type: 'TXT' | 'MX';
  name: string;
  value: string;
}

/** One line of the checklist. */
export interface SenderItem {
  item: 'spf' | 'dkim' | 'dmarc' | 'returns';
  verdict: 'ok' | 'warning' | 'missing' | 'unknown';
  finding: SenderFinding;
  /** Names and numbers that the sentence needs. */
  params: Record<string, string | number>;
  /** The record as it is now. */
  found: string | null;
  /** The record to add, or to put in place of the one that is there. */
  record: DnsRecord | null;
}

const domainOf = (address: string) => address.slice(address.lastIndexOf('@') + 1).toLowerCase();

/** Whether other mail servers will believe our mails, and what to do about it: SPF, DKIM, DMARC, and the way back. */
export async function checkSender(setup: SenderSetup, dns: Dns): Promise<SenderItem[]> {
  const [spf, dkim, dmarc, returns] = await Promise.all([
    checkSpf(setup, dns),
    checkDkim(setup, dns),
    checkDmarc(domainOf(setup.from), dns),
    checkReturns(setup, dns),
  ]);
  return [spf, ...dkim, dmarc, returns];
}

const itemOf =
  (item: SenderItem['item'], fixed: Record<string, string | number>) =>
  (
    verdict: SenderItem['verdict'],
    finding: SenderFinding,
    { found = null, record = null, ...params }: { found?: string | null; record?: DnsRecord | null } & Record<string, unknown> = {},
  ): SenderItem => ({ item, verdict, finding, params: { ...fixed, ...(params as Record<string, string | number>) }, found, record });

/** SPF is about the envelope's sender, which is where mail comes back to. */
async function checkSpf({ from, bounceAddress, smtpHost }: SenderSetup, dns: Dns): Promise<SenderItem> {
  const domain = domainOf(bounceAddress ?? from);
  const say = itemOf('spf', { domain, host: smtpHost });
  const server = await serverOf(smtpHost, dns);
  const put = (value: string): DnsRecord => ({ type: 'TXT', name: domain, value });
  const allow = server ? server.term : 'mx';

  const answer = await dns.txt(domain);
  if (answer.kind === 'failed') return say('unknown', 'spf_unknown');
  const records = answer.kind === 'found' ? answer.records.filter(isSpf) : [];
  const [record = '', ...others] = records;
  if (!record) return say('missing', 'spf_missing', { record: put(`v=spf1 ${allow} ~all`) });
  if (others.length > 0)
    return say('warning', 'spf_several', { count: records.length, found: records.join('\n'), record: put(merged(records)) });
  const terms = parseSpf(record);
  if (!terms) return say('warning', 'spf_broken', { found: record, record: put(`v=spf1 ${allow} ~all`) });

  // An address that nobody has: what is looked up for it is what is looked up at most.
  const { result, lookups } = await judgeSpf(dns, domain, '192.0.2.1');
  if (result === 'temperror') return say('unknown', 'spf_unknown', { found: record });
  if (result === 'permerror') return say('warning', lookups > 10 ? 'spf_too_many' : 'spf_broken', { count: lookups, found: record });
  const last = terms.find(({ name }) => name === 'all');
  const isOpen = last ? last.qualifier === '+' || last.qualifier === '?' : !terms.some(({ name }) => name === 'redirect');
  if (isOpen) return say('warning', 'spf_open', { found: record, record: put(`${withoutAll(record)} ~all`) });
  if (!server) return say('ok', 'spf_ok_unproven', { found: record });
  for (const ip of server.addresses) {
    const judged = await judgeSpf(dns, domain, ip);
    if (judged.result === 'temperror') return say('unknown', 'spf_unknown', { found: record });
    if (judged.result !== 'pass') {
      const all = last ? `${last.qualifier}all` : '';
      const mended = last ? `${withoutAll(record)} ${server.term} ${all}` : record.replace(/^v=spf1/i, `v=spf1 ${server.term}`);
      return say('warning', 'spf_not_covering', { found: record, record: put(mended) });
    }
  }
  return say('ok', 'spf_ok', { found: record });
}

const withoutAll = (record: string) => record.replace(/ +[+?~-]?all(?= |$)/gi, '').trim();

function merged(records: string[]): string {
  const terms = records.flatMap((record) => withoutAll(record).split(/ +/).slice(1));
  return ['v=spf1', ...new Set(terms), '~all'].join(' ');
}

/** The mail server's public addresses and the term that allows them; undefined when they cannot be known from here. */
async function serverOf(host: string, dns: Dns): Promise<{ addresses: string[]; term: string } | undefined> {
  const plain = host.replace(/^\[|\]$/g, '');
  const family = isIP(plain);
  if (family) return isPublic(plain) ? { addresses: [plain], term: `ip${family}:${plain}` } : undefined;
  if (!plain.includes('.') || /\.(?:localhost|local|internal|lan)$/i.test(plain)) return undefined;
  const found = await dns.addresses(plain);
  const addresses = found.kind === 'found' ? found.records.filter(isPublic) : [];
  return addresses.length > 0 ? { addresses, term: `a:${plain}` } : undefined;
}

const isPublic = (ip: string) =>
  !/^(?:0|10|127|169\.254|192\.168|172\.(?:1[6-9]|2\d|3[01])|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\./.test(ip) &&
  !/^(?:::1?$|f[cd]|fe[89ab])/i.test(ip);

async function checkDkim({ from, selectors, privateKey }: SenderSetup, dns: Dns): Promise<SenderItem[]> {
  const domain = domainOf(from);
  if (selectors.length === 0) return [itemOf('dkim', { domain })('warning', 'dkim_no_selector')];
  // We sign with the first only.
  return Promise.all(selectors.map((selector, index) => checkKey(domain, selector, index === 0 ? privateKey : undefined, dns)));
}

async function checkKey(domain: string, selector: string, privateKey: string | undefined, dns: Dns): Promise<SenderItem> {
  const name = `${selector}._domainkey.${domain}`;
  const say = itemOf('dkim', { domain, selector });
  const ours = privateKey ? publicPartOf(privateKey) : undefined;
  const record: DnsRecord | null = ours ? { type: 'TXT', name, value: `v=DKIM1; k=${ours.type}; p=${ours.key}` } : null;

  const answer = await dns.txt(name);
  if (answer.kind === 'failed') return say('unknown', 'dkim_unknown');
  const found = (answer.kind === 'found' ? answer.records : []).find((text) => /(?:^|;)\s*p\s*=|^v\s*=\s*DKIM1/i.test(text));
  if (found === undefined) return say('missing', 'dkim_missing', { record });
  const tags = tagsOf(found);
  const key = tags.get('p')?.replace(/\s/g, '');
  const type = tags.get('k') ?? 'rsa';
  if (key === '') return say('missing', 'dkim_revoked', { found, record });
  if (key === undefined || (tags.has('v') && tags.get('v') !== 'DKIM1')) return say('warning', 'dkim_broken', { found, record });
  const bits = type === 'rsa' ? bitsOf(key) : undefined;
  if (type === 'rsa' && bits === undefined) return say('warning', 'dkim_broken', { found, record });
  if (ours && ours.key !== key) return say('warning', 'dkim_other_key', { found, record });
  if (bits !== undefined && bits < 1024) return say('warning', 'dkim_weak', { bits, found });
  return say('ok', ours ? 'dkim_ok' : 'dkim_ok_unproven', { found });
}

/** The public part of our key as it stands in the DNS. */
function publicPartOf(privateKey: string): { type: string; key: string } {
  const key = createPublicKey(privateKey);
  const der = key.export({ type: 'spki', format: 'der' });
  // Of an ed25519 key only the last 32 bytes are published (RFC 8463).
  return key.asymmetricKeyType === 'ed25519'
    ? { type: 'ed25519', key: der.subarray(-32).toString('base64') }
    : { type: 'rsa', key: der.toString('base64') };
}

function bitsOf(key: string): number | undefined {
  try {
    return createPublicKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'spki' }).asymmetricKeyDetails?.modulusLength;
  } catch {
    return undefined;
  }
}

/** `v=DMARC1; p=none` as names and values. */
function tagsOf(record: string): Map<string, string> {
  const tags = new Map<string, string>();
  for (const part of record.split(';')) {
    const at = part.indexOf('=');
    const name = part.slice(0, Math.max(at, 0)).trim().toLowerCase();
    if (name && !tags.has(name)) tags.set(name, part.slice(at + 1).trim());
  }
  return tags;
}

async function checkDmarc(domain: string, dns: Dns): Promise<SenderItem> {
  const say = itemOf('dmarc', { domain });
  const put = (value: string): DnsRecord => ({ type: 'TXT', name: `_dmarc.${domain}`, value });
  const reports = `rua=mailto:dmarc@${domain}`;
  // A domain without a record of its own is under that of the domain above it.
  for (let name = domain; name.includes('.'); name = name.slice(name.indexOf('.') + 1)) {
    const answer = await dns.txt(`_dmarc.${name}`);
    if (answer.kind === 'failed') return say('unknown', 'dmarc_unknown');
    const records = (answer.kind === 'found' ? answer.records : []).filter((text) => /^v\s*=\s*DMARC1\s*(?:;|$)/i.test(text));
    const [found, ...others] = records;
    if (found === undefined) continue;
    if (others.length > 0) return say('warning', 'dmarc_several', { count: records.length, found: records.join('\n') });
    const tags = tagsOf(found);
    const policy = (name !== domain && tags.get('sp')) || tags.get('p') || '';
    if (!/^(?:none|quarantine|reject)$/i.test(policy))
      return say('warning', 'dmarc_broken', { found, record: put(`v=DMARC1; p=none; ${reports}`) });
    if (!tags.get('rua'))
      return say('warning', 'dmarc_no_reports', { policy, found, record: put(`${found.replace(/[;\s]+$/, '')}; ${reports}`) });
    return say('ok', policy.toLowerCase() === 'none' ? 'dmarc_watching' : 'dmarc_ok', { policy, found });
  }
  return say('missing', 'dmarc_missing', { record: put(`v=DMARC1; p=none; ${reports}`) });
}

async function checkReturns({ from, bounceAddress, publicHost }: SenderSetup, dns: Dns): Promise<SenderItem> {
  if (!bounceAddress) return itemOf('returns', {})('warning', 'returns_off');
  const [domain, sender] = [domainOf(bounceAddress), domainOf(from)];
  const say = itemOf('returns', { domain, sender });
  const record: DnsRecord = { type: 'MX', name: domain, value: `10 ${publicHost}.` };
  const found = await dns.mx(domain);
  if (found.kind === 'failed') return say('unknown', 'returns_unknown');
  if (found.kind === 'none') {
    // Without an MX record mail goes to the address of the name itself.
    const addresses = await dns.addresses(domain);
    if (addresses.kind === 'failed') return say('unknown', 'returns_unknown');
    if (addresses.kind === 'none') return say('missing', 'returns_missing', { record });
  }
  const exchanges = found.kind === 'found' ? found.records : [];
  const text = exchanges.map(({ priority, exchange }) => `${priority} ${exchange || '.'}`).join('\n') || null;
  // RFC 7505: a single "." says that the domain takes no mail.
  if (exchanges.some(({ exchange }) => exchange === '' || exchange === '.'))
    return say('missing', 'returns_refused', { found: text, record });
  if (!isAligned(domain, sender)) return say('warning', 'returns_not_aligned', { found: text });
  return say('ok', 'returns_ok', { found: text });
}

/** Whether SPF for one domain counts for DMARC of the other: one is the other, or stands below it. */
const isAligned = (one: string, other: string) => one === other || one.endsWith(`.${other}`) || other.endsWith(`.${one}`);
