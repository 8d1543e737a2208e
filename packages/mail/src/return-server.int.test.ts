import { createTransport } from 'nodemailer';
import { afterEach, describe, expect, it } from 'vitest';
import { mostReportBytes, readReturnedMail } from './reports.ts';
import { returnMail } from './return-mail.ts';
import { type ReturnServer, startReturnServer } from './return-server.ts';
import { aReport } from './testing/reports.ts';
import { startServer } from './testing/servers.ts';
import { stopAll, to, transportTo } from './testing/transports.ts';

const ours = 'bounce+mark@returns.example';
const raw = aReport({ recipients: [{ 'Final-Recipient': 'rfc822; anna@contoso.example', Action: 'failed', Status: '5.1.1' }] });
const running: ReturnServer[] = [];

async function open(take: (raw: Buffer, recipients: string[]) => Promise<void> = async () => {}) {
  const taken: { raw: Buffer; recipients: string[] }[] = [];
  const server = await startReturnServer({
    host: '127.0.0.1',
    port: 0,
    accepts: (address) => address === ours,
    async take(raw, recipients) {
      await take(raw, recipients);
      taken.push({ raw, recipients });
    },
    onError: () => {},
  });
  running.push(server);
  return { url: `smtp://127.0.0.1:${server.port}`, taken };
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()));
  await stopAll();
});

describe('the server for returned mails', () => {
  it('takes a report for an address of ours, from a sender that is none', async () => {
    const { url, taken } = await open();
    expect(await returnMail(url, { to: ours, raw })).toMatchObject({ outcome: 'sent' });
    expect(taken[0]?.recipients).toEqual([ours]);
    expect(readReturnedMail(taken[0]?.raw ?? Buffer.alloc(0)).report?.recipients).toMatchObject([{ verdict: 'bounced' }]);
  });

  it('relays nothing: every other recipient is refused before the mail', async () => {
    const { url, taken } = await open();
    for (const address of ['anna@contoso.example', 'bounce@returns.example', 'bounce+mark@elsewhere.example'])
      expect(await returnMail(url, { to: address, raw })).toMatchObject({ outcome: 'bounced', code: 550 });
    const mixed = createTransport({ url, ignoreTLS: true });
    const info = await mixed.sendMail({ envelope: { from: 'a@b.example', to: [ours, 'anna@contoso.example'] }, raw });
    mixed.close();
    expect([info.accepted, info.rejected]).toEqual([[ours], ['anna@contoso.example']]);
    expect(taken.map(({ recipients }) => recipients)).toEqual([[ours]]);
  });

  it('keeps the beginning of a large mail, and refuses one that is too large', async () => {
    const { url, taken } = await open();
    const padded = (bytes: number) => Buffer.concat([raw, Buffer.from(`${'x'.repeat(76)}\r\n`.repeat(bytes / 78))]);
    expect(await returnMail(url, { to: ours, raw: padded(10_000_000) })).toMatchObject({ outcome: 'sent' });
    expect(taken[0]?.raw.length).toBe(mostReportBytes);
    expect(readReturnedMail(taken[0]?.raw ?? Buffer.alloc(0)).report).not.toBeNull();
    expect(await returnMail(url, { to: ours, raw: padded(26_000_000) })).toMatchObject({ code: 552 });
    expect(taken).toHaveLength(1);
  });

  it('that cannot take a mail now asks for it again later', async () => {
    const { url } = await open(() => Promise.reject(new Error('the database is away')));
    expect(await returnMail(url, { to: ours, raw })).toMatchObject({ outcome: 'deferred', code: 451 });
  });
});

describe('a mail with a return path', () => {
  it('has it in the envelope only, and asks for reports with headers and no more', async () => {
    const seen: object[] = [];
    const { url, taken } = await startServer({
      hideDSN: false,
      onRcptTo: (address, session, done) => {
        seen.push({ args: address.args, from: (session.envelope.mailFrom || undefined)?.args });
        done();
      },
    });
    const result = await transportTo(url).send(to('anna@contoso.example', { returnPath: ours }));
    expect(result.outcome).toBe('sent');
    expect(taken[0]?.from).toBe(ours);
    expect(taken[0]?.raw).toMatch(/^From: Clientele <no-reply@clientele\.example>/m);
    expect(taken[0]?.raw).not.toContain(ours);
    expect(JSON.stringify(seen)).toMatch(/FAILURE,DELAY/);
    expect(JSON.stringify(seen)).toMatch(/HDRS/);
  });

  it('without one comes back to the sender, as ever', async () => {
    const { url, taken } = await startServer();
    await transportTo(url).send(to('anna@contoso.example'));
    expect(taken[0]?.from).toBe('no-reply@clientele.example');
  });
});
