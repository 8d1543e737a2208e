import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fakeDns, type Zone } from '../testing/dns.ts';
import { checkSender, type SenderFinding, type SenderItem, type SenderSetup, senderFindings } from './check.ts';
import { judgeSpf, parseSpf } from './spf.ts';

const inText = ({ publicKey, privateKey }: { publicKey: KeyObject; privateKey: KeyObject }) => ({
  publicKey: publicKey.export({ type: 'spki', format: 'der' }),
  privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
});
const rsa = (modulusLength: number) => inText(generateKeyPairSync('rsa', { modulusLength }));
const [pair, weak, other] = [rsa(1024), rsa(512), rsa(1024)];
const edwards = inText(generateKeyPairSync('ed25519'));
const published = (key: { publicKey: Buffer }) => key.publicKey.toString('base64');

const setup: SenderSetup = {
  from: 'no-reply@northwind.example',
  bounceAddress: 'bounce@northwind.example',
  smtpHost: 'smtp.northwind.example',
  selectors: ['clientele'],
  privateKey: pair.privateKey,
  publicHost: 'partners.northwind.example',
};
const good: Zone = {
  'northwind.example': { txt: ['v=spf1 a:smtp.northwind.example -all'], mx: [{ priority: 10, exchange: 'partners.northwind.example' }] },
  'smtp.northwind.example': { addresses: ['198.51.100.7'] },
  'clientele._domainkey.northwind.example': { txt: [`v=DKIM1; k=rsa; p=${published(pair)}`] },
  '_dmarc.northwind.example': { txt: ['v=DMARC1; p=quarantine; rua=mailto:d@northwind.example'] },
};
const check = (zone: Zone, more: Partial<SenderSetup> = {}) => checkSender({ ...setup, ...more }, fakeDns({ ...good, ...zone }));
const one = async (item: SenderItem['item'], zone: Zone, more?: Partial<SenderSetup>) =>
  (await check(zone, more)).find((found) => found.item === item) as SenderItem;

describe('the sender check', () => {
  it('finds nothing to do where everything is in order', async () => {
    const items = await check({});
    expect(items.map(({ item, verdict, finding, record }) => [item, verdict, finding, record])).toEqual([
      ['spf', 'ok', 'spf_ok', null],
      ['dkim', 'ok', 'dkim_ok', null],
      ['dmarc', 'ok', 'dmarc_ok', null],
      ['returns', 'ok', 'returns_ok', null],
    ]);
  });

  const txt = (...records: string[]): Zone => ({ 'northwind.example': { ...good['northwind.example'], txt: records } });
  const many = Object.fromEntries(
    Array.from({ length: 12 }, (_, n) => [`s${n}.example`, { txt: [`v=spf1 include:s${n + 1}.example ~all`] }]),
  );
  it.each<[string, Zone, SenderItem['verdict'], SenderFinding, string | null, Partial<SenderSetup>?]>([
    ['no record', { 'northwind.example': {} }, 'missing', 'spf_missing', 'v=spf1 a:smtp.northwind.example ~all'],
    ['only other TXT records', txt('v=spf10 x', 'hello'), 'missing', 'spf_missing', 'v=spf1 a:smtp.northwind.example ~all'],
    ['two records', txt('v=spf1 mx -all', 'v=spf1 ip4:198.51.100.7 mx ~all'), 'warning', 'spf_several', 'v=spf1 mx ip4:198.51.100.7 ~all'],
    ['a term that is none', txt('v=spf1 ipv4:198.51.100.7 ~all'), 'warning', 'spf_broken', 'v=spf1 a:smtp.northwind.example ~all'],
    ['an address that is none', txt('v=spf1 ip4:198.51.100.700 ~all'), 'warning', 'spf_broken', 'v=spf1 a:smtp.northwind.example ~all'],
    ['no end', txt('v=spf1 ip4:198.51.100.7'), 'warning', 'spf_open', 'v=spf1 ip4:198.51.100.7 ~all'],
    ['everybody allowed', txt('v=spf1 ip4:198.51.100.7 +all'), 'warning', 'spf_open', 'v=spf1 ip4:198.51.100.7 ~all'],
    ['nobody refused', txt('v=spf1 ip4:198.51.100.7 ?all'), 'warning', 'spf_open', 'v=spf1 ip4:198.51.100.7 ~all'],
    [
      'another server allowed',
      txt('v=spf1 ip4:203.0.113.9 -all'),
      'warning',
      'spf_not_covering',
      'v=spf1 ip4:203.0.113.9 a:smtp.northwind.example -all',
    ],
    ['the server by its network', txt('v=spf1 ip4:198.51.100.0/24 -all'), 'ok', 'spf_ok', null],
    ['the server by MX', { ...txt('v=spf1 mx -all'), 'partners.northwind.example': { addresses: ['198.51.100.7'] } }, 'ok', 'spf_ok', null],
    [
      'the server by a provider',
      { ...txt('v=spf1 include:_spf.host.example ~all'), '_spf.host.example': { txt: ['v=spf1 a:smtp.northwind.example -all'] } },
      'ok',
      'spf_ok',
      null,
    ],
    [
      'the server by another domain’s record',
      { ...txt('v=spf1 redirect=_spf.host.example'), '_spf.host.example': { txt: ['v=spf1 ip4:198.51.100.7 -all'] } },
      'ok',
      'spf_ok',
      null,
    ],
    ['a provider without a record', txt('v=spf1 include:_spf.gone.example ~all'), 'warning', 'spf_broken', null],
    ['too many look-ups', { ...txt('v=spf1 include:s0.example ~all'), ...many }, 'warning', 'spf_too_many', null],
    ['itself', txt('v=spf1 include:northwind.example ~all'), 'warning', 'spf_too_many', null],
    [
      'a provider that cannot be looked up',
      { ...txt('v=spf1 include:_spf.host.example ~all'), '_spf.host.example': { failing: true } },
      'unknown',
      'spf_unknown',
      null,
    ],
    ['no answer', { 'northwind.example': { failing: true } }, 'unknown', 'spf_unknown', null],
    ['a server inside', txt('v=spf1 mx ~all'), 'ok', 'spf_ok_unproven', null, { smtpHost: 'mail' }],
    ['a server at a private address', txt('v=spf1 mx ~all'), 'ok', 'spf_ok_unproven', null, { smtpHost: '10.0.0.3' }],
    [
      'a server by its address',
      txt('v=spf1 mx ~all'),
      'warning',
      'spf_not_covering',
      'v=spf1 mx ip4:198.51.100.9 ~all',
      { smtpHost: '198.51.100.9' },
    ],
    [
      'a server whose name leads inside',
      { ...txt('v=spf1 mx ~all'), 'smtp.northwind.example': { addresses: ['192.168.1.2'] } },
      'ok',
      'spf_ok_unproven',
      null,
    ],
  ])('SPF: %s', async (_what, zone, verdict, finding, value, more) => {
    const item = await one('spf', zone, more);
    expect([item.verdict, item.finding, item.record?.value ?? null]).toEqual([verdict, finding, value]);
    if (item.record) expect(item.record).toMatchObject({ type: 'TXT', name: 'northwind.example' });
  });

  it('SPF is looked up for where mail comes back to: that is what other servers look at', async () => {
    expect((await one('spf', {}, { bounceAddress: 'bounce@returns.example' })).record?.name).toBe('returns.example');
    expect((await one('spf', {}, { bounceAddress: undefined })).finding).toBe('spf_ok');
  });

  const key = (...records: string[]): Zone => ({ 'clientele._domainkey.northwind.example': { txt: records } });
  const ours = `v=DKIM1; k=rsa; p=${published(pair)}`;
  it.each<[string, Zone, SenderItem['verdict'], SenderFinding, string | null, Partial<SenderSetup>?]>([
    ['no selector', {}, 'warning', 'dkim_no_selector', null, { selectors: [] }],
    ['no record', { 'clientele._domainkey.northwind.example': {} }, 'missing', 'dkim_missing', ours],
    [
      'no record, and the mail server signs',
      { 'clientele._domainkey.northwind.example': {} },
      'missing',
      'dkim_missing',
      null,
      { privateKey: undefined },
    ],
    ['a key that was taken back', key('v=DKIM1; p='), 'missing', 'dkim_revoked', ours],
    ['another key', key(`v=DKIM1; p=${published(other)}`), 'warning', 'dkim_other_key', ours],
    [
      'the same key without its type, with spaces',
      key(`p=${published(pair).slice(0, 50)} ${published(pair).slice(50)};`),
      'ok',
      'dkim_ok',
      null,
    ],
    ['a key of the mail server', key(`v=DKIM1; p=${published(other)}`), 'ok', 'dkim_ok_unproven', null, { privateKey: undefined }],
    ['a key that is none', key('v=DKIM1; p=AAAA'), 'warning', 'dkim_broken', ours],
    ['a record without a key', key('v=DKIM1; k=rsa'), 'warning', 'dkim_broken', ours],
    ['a key that is too short', key(`v=DKIM1; p=${published(weak)}`), 'warning', 'dkim_weak', null, { privateKey: undefined }],
    ['no answer', { 'clientele._domainkey.northwind.example': { failing: true } }, 'unknown', 'dkim_unknown', null],
    [
      'an ed25519 key',
      key(`v=DKIM1; k=ed25519; p=${edwards.publicKey.subarray(-32).toString('base64')}`),
      'ok',
      'dkim_ok',
      null,
      { privateKey: edwards.privateKey },
    ],
  ])('DKIM: %s', async (_what, zone, verdict, finding, value, more) => {
    const item = await one('dkim', zone, more);
    expect([item.verdict, item.finding, item.record?.value ?? null]).toEqual([verdict, finding, value]);
    if (item.record) expect(item.record.name).toBe('clientele._domainkey.northwind.example');
    expect(JSON.stringify(item)).not.toContain('PRIVATE');
  });

  it('DKIM: has a line for each selector', async () => {
    const items = (await check({}, { selectors: ['clientele', 'second'] })).filter(({ item }) => item === 'dkim');
    expect(items.map(({ finding, params }) => [finding, params.selector])).toEqual([
      ['dkim_ok', 'clientele'],
      ['dkim_missing', 'second'],
    ]);
  });

  const policy = (...records: string[]): Zone => ({ '_dmarc.northwind.example': { txt: records } });
  const first = 'v=DMARC1; p=none; rua=mailto:dmarc@northwind.example';
  it.each<[string, Zone, SenderItem['verdict'], SenderFinding, string | null]>([
    ['no record', { '_dmarc.northwind.example': {} }, 'missing', 'dmarc_missing', first],
    ['two records', policy('v=DMARC1; p=none', 'v=DMARC1; p=reject'), 'warning', 'dmarc_several', null],
    ['no policy', policy('v=DMARC1; rua=mailto:a@b.example'), 'warning', 'dmarc_broken', first],
    ['a policy that is none', policy('v=DMARC1; p=maybe'), 'warning', 'dmarc_broken', first],
    ['a policy that only watches', policy(first), 'ok', 'dmarc_watching', null],
    [
      'a policy without reports',
      policy('v=DMARC1; p=reject;'),
      'warning',
      'dmarc_no_reports',
      'v=DMARC1; p=reject; rua=mailto:dmarc@northwind.example',
    ],
    ['no answer', { '_dmarc.northwind.example': { failing: true } }, 'unknown', 'dmarc_unknown', null],
  ])('DMARC: %s', async (_what, zone, verdict, finding, value) => {
    const item = await one('dmarc', zone);
    expect([item.verdict, item.finding, item.record?.value ?? null]).toEqual([verdict, finding, value]);
    if (item.record) expect(item.record.name).toBe('_dmarc.northwind.example');
  });

  it('DMARC: a domain below is under the policy for such', async () => {
    const zone = policy('v=DMARC1; p=reject; sp=none; rua=mailto:a@b.example');
    expect((await one('dmarc', zone, { from: 'no-reply@mail.northwind.example' })).finding).toBe('dmarc_watching');
  });

  it.each<[string, Zone, SenderItem['verdict'], SenderFinding, Partial<SenderSetup>?]>([
    ['nobody reads what comes back', {}, 'warning', 'returns_off', { bounceAddress: undefined }],
    ['no mail server', { 'returns.example': {} }, 'missing', 'returns_missing', { bounceAddress: 'bounce@returns.example' }],
    [
      'a domain that wants no mail',
      { 'returns.example': { mx: [{ priority: 0, exchange: '' }] } },
      'missing',
      'returns_refused',
      { bounceAddress: 'bounce@returns.example' },
    ],
    [
      'another domain',
      { 'returns.example': { mx: [{ priority: 1, exchange: 'mx.x.example' }] } },
      'warning',
      'returns_not_aligned',
      { bounceAddress: 'bounce@returns.example' },
    ],
    [
      'a domain below',
      { 'r.northwind.example': { mx: [{ priority: 1, exchange: 'mx.x.example' }] } },
      'ok',
      'returns_ok',
      { bounceAddress: 'bounce@r.northwind.example' },
    ],
    [
      'an address and no MX',
      { 'r.northwind.example': { addresses: ['198.51.100.7'] } },
      'ok',
      'returns_ok',
      { bounceAddress: 'bounce@r.northwind.example' },
    ],
    ['no answer', { 'returns.example': { failing: true } }, 'unknown', 'returns_unknown', { bounceAddress: 'bounce@returns.example' }],
  ])('the way back: %s', async (_what, zone, verdict, finding, more) => {
    const item = await one('returns', zone, more);
    expect([item.verdict, item.finding]).toEqual([verdict, finding]);
    if (verdict === 'missing')
      expect(item.record).toEqual({ type: 'MX', name: 'returns.example', value: '10 partners.northwind.example.' });
  });

  it('never throws, whatever stands in the DNS, and asks a bounded number of times', async () => {
    const text = fc.oneof(
      fc.string({ maxLength: 60 }),
      fc
        .array(
          fc.constantFrom(
            'v=spf1',
            'include:northwind.example',
            'a',
            'mx',
            'a:%{i}',
            'ip4:1.2.3.4/99',
            'redirect=x.example',
            'exists:y',
            '+all',
            'v=DKIM1;',
            'p=',
            'k=ed25519;',
            'v=DMARC1;',
            'p=none;',
          ),
          { maxLength: 12 },
        )
        .map((words) => words.join(' ')),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(text, { maxLength: 3 }),
        fc.array(text, { maxLength: 2 }),
        fc.array(text, { maxLength: 2 }),
        async (spf, dkim, dmarc) => {
          const dns = fakeDns({ ...good, ...txt(...spf), ...key(...dkim), ...policy(...dmarc) });
          const items = await checkSender(setup, dns);
          expect(items).toHaveLength(4);
          for (const { finding } of items) expect(senderFindings).toContain(finding);
          expect(dns.asked.length).toBeLessThan(200);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('SPF', () => {
  const judge = async (record: string, ip: string, more: Zone = {}) =>
    (await judgeSpf(fakeDns({ 'd.example': { txt: [record], addresses: ['198.51.100.1', '2001:db8::1'] }, ...more }), 'd.example', ip))
      .result;
  it.each([
    ['v=spf1 a -all', '198.51.100.1', 'pass'],
    ['v=spf1 a -all', '198.51.100.2', 'fail'],
    ['v=spf1 a/24 -all', '198.51.100.2', 'pass'],
    ['v=spf1 a/24 -all', '2001:db8::2', 'fail'],
    ['v=spf1 a//64 -all', '2001:db8::2', 'pass'],
    ['v=spf1 a//64 -all', '198.51.100.2', 'fail'],
    ['v=spf1 a/24//64 ~all', '203.0.113.1', 'softfail'],
    ['v=spf1 ip6:2001:db8::/32 ?all', '2001:db8:1::1', 'pass'],
    ['v=spf1 ip6:2001:db8::/32 ?all', '198.51.100.1', 'neutral'],
    ['v=spf1 -ip4:198.51.100.1 +all', '198.51.100.1', 'fail'],
    ['v=spf1', '198.51.100.1', 'neutral'],
    ['V=SPF1 IP4:198.51.100.1 -ALL', '198.51.100.1', 'pass'],
    ['v=spf1 exp=explain.example unknown=x a -all', '198.51.100.1', 'pass'],
    ['v=spf1 exists:d.example -all', '203.0.113.1', 'pass'],
    ['v=spf1 exists:%{i}.d.example -all', '203.0.113.1', 'fail'],
    ['v=spf1 redirect=gone.example', '203.0.113.1', 'permerror'],
    ['v=spf1 a:b c', '203.0.113.1', 'permerror'],
  ])('%s for %s is %s', async (record, ip, result) => {
    expect(await judge(record, ip)).toBe(result);
  });
  it('that cannot be read is no list of terms', () => {
    for (const bad of [
      'v=spf1 all:x',
      'v=spf1 include:',
      'v=spf1 ip4:',
      'v=spf1 ip4:1.2.3.4/33',
      'v=spf1 ip6:1.2.3.4',
      'v=spf1 -',
      'v=spf1 nonsense',
    ])
      expect(parseSpf(bad), bad).toBeNull();
  });
});
