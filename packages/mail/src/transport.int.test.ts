import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { startScript, startServer, stopServers, takingUntilEnd } from './testing/servers.ts';
import { mail, stopAll, to, transportTo } from './testing/transports.ts';

afterEach(stopAll);

describe('a server that takes mail', () => {
  it('gets the mail with both parts, the given Message-ID and the sender of the envelope', async () => {
    const { url, taken } = await startServer();
    const result = await transportTo(url).send(
      to('megan@contoso.example', {
        fromName: 'Northbridge',
        replyTo: 'ken@northbridge.example',
        headers: { 'X-Clientele-Kind': 'invitation' },
      }),
    );
    expect(result).toMatchObject({ outcome: 'sent', response: expect.stringMatching(/^250 /) });
    expect(taken).toMatchObject([{ from: 'no-reply@clientele.example', to: ['megan@contoso.example'] }]);
    const raw = taken[0]!.raw;
    expect(raw).toMatch(/^Message-ID: <0199f0aa-1@clientele\.mail>\r$/m);
    expect(raw).toMatch(/^From: Northbridge <no-reply@clientele\.example>\r$/m);
    expect(raw).toMatch(/^To: megan@contoso\.example\r$/m);
    expect(raw).toMatch(/^Reply-To: ken@northbridge\.example\r$/m);
    expect(raw).toMatch(/^X-Clientele-Kind: invitation\r$/m);
    expect(raw).toMatch(/^Auto-Submitted: auto-generated\r$/m);
    expect(raw).toContain('text/plain');
    expect(raw).toContain('text/html');
  });

  it('gets no header that hides in a name, a subject or a header value', async () => {
    const { url, taken } = await startServer();
    const hostile = 'Northbridge\r\nBcc: everyone@victim.example\r\n\r\n<script>';
    await transportTo(url).send(
      to('megan@contoso.example', { fromName: hostile, mail: { ...mail, subject: hostile }, headers: { 'List-Unsubscribe': hostile } }),
    );
    expect(taken[0]!.to).toEqual(['megan@contoso.example']);
    const [head = '', body = ''] = taken[0]!.raw.split('\r\n\r\n');
    expect(head).not.toMatch(/^bcc:/im);
    expect(body).not.toMatch(/^<script>/);
  });

  it('gets the way to unsubscribe whole, however long its address is, and a subject that no program decodes', async () => {
    const { url, taken } = await startServer();
    const stop = `https://${'partners.'.repeat(12)}northbridge.example/u/${'AZrT0kenOf-this_mail'.repeat(3)}`;
    const headers = { 'List-Unsubscribe': `<${stop}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' };
    await transportTo(url).send(to('megan@contoso.example', { headers, mail: { ...mail, subject: 'A word =? to you' } }));
    const head = (taken[0]!.raw.split('\r\n\r\n')[0] ?? '').replace(/\r\n[ \t]+/g, ' ');
    expect(head).toMatch(new RegExp(`^List-Unsubscribe: ?<${stop}>$`, 'm'));
    expect(head).toMatch(/^List-Unsubscribe-Post: List-Unsubscribe=One-Click$/m);
  });

  it('gets an address in a domain of another script in punycode', async () => {
    const { url, taken } = await startServer();
    await transportTo(url).send(to('info@例え.jp'));
    expect(taken[0]!.raw).toMatch(/^To: info@xn--r8jz45g\.jp\r$/m);
  });

  it('gets many mails over few connections', async () => {
    let connections = 0;
    const { url, taken } = await startServer({
      onConnect(_session, callback) {
        connections++;
        callback();
      },
    });
    const transport = transportTo(url, { pool: { connections: 2 } });
    const results = await Promise.all(Array.from({ length: 30 }, (_, n) => transport.send(to(`user${n}@contoso.example`))));
    expect(results.every(({ outcome }) => outcome === 'sent')).toBe(true);
    expect(new Set(taken.flatMap((one) => one.to)).size).toBe(30);
    expect(connections).toBeLessThanOrEqual(2);
  });

  it('has taken the mail when it says 250, also when it hangs up before QUIT', async () => {
    let taken = 0;
    const url = await startScript(
      (socket) => socket.write('220 hello\r\n'),
      takingUntilEnd((socket) => {
        taken++;
        socket.end('250 taken\r\n');
        return undefined;
      }),
    );
    const transport = transportTo(url);
    expect(await transport.send(to('megan@contoso.example'))).toEqual({ outcome: 'sent', response: '250 taken' });
    await sleep(30);
    expect(await transport.send(to('alex@contoso.example'))).toMatchObject({ outcome: 'sent' });
    expect(taken).toBe(2);
  });
});

describe('a server that offers no encryption where it is demanded', () => {
  it('is told neither the name and password nor the mail, which is tried again', async () => {
    const said: string[] = [];
    const url = await startScript(
      (socket) => void socket.write('220 here\r\n'),
      (line) => {
        said.push(line);
        return line.startsWith('EHLO') ? '250-here\r\n250 AUTH PLAIN LOGIN' : line === 'STARTTLS' ? '502 not here' : '250 ok';
      },
    );
    const transport = transportTo(`${url.replace('//', '//anna:secret@')}?requireTLS=true`);
    expect((await transport.send(to('megan@contoso.example'))).outcome).not.toBe('sent');
    expect((await transport.verify()).ok).toBe(false);
    expect(said.filter((line) => !/^(EHLO|STARTTLS|QUIT)/.test(line))).toEqual([]);
  });
});

describe('a mail that cannot be right', () => {
  it.each([
    '',
    'nobody',
    'a@b@contoso.example',
    'a b@contoso.example',
    'a@contoso',
    'a@contoso.example\r\nRCPT TO:<x@y.example>',
    '佐藤@contoso.example',
  ])('fails without a word to the server: to %j', async (address) => {
    let connections = 0;
    const { url } = await startServer({
      onConnect(_session, callback) {
        connections++;
        callback();
      },
    });
    expect(await transportTo(url).send(to(address))).toMatchObject({
      outcome: 'failed',
      response: expect.stringMatching(/^Not sent: the/),
    });
    expect(connections).toBe(0);
  });

  it.each([
    ['a Message-ID with a line end', { messageId: '<a@b>\r\nBcc: <x@y.example>' }],
    ['a header whose name is none', { headers: { 'X-A\r\nBcc': 'x@y.example' } }],
    ['a header that is the transport’s own', { headers: { Bcc: 'x@y.example' } }],
  ])('fails without a word to the server: %s', async (_title, more) => {
    const { url, taken } = await startServer();
    expect(await transportTo(url).send(to('megan@contoso.example', more))).toMatchObject({ outcome: 'failed' });
    expect(taken).toEqual([]);
  });

  it('goes out without the answer address when only that one is wrong', async () => {
    const { url, taken } = await startServer();
    expect(await transportTo(url).send(to('megan@contoso.example', { replyTo: 'nobody' }))).toMatchObject({ outcome: 'sent' });
    expect(taken[0]!.raw).not.toMatch(/^reply-to:/im);
  });
});

describe('verify and close', () => {
  it('says that a good server is well, and sends nothing', async () => {
    const { url, taken } = await startServer();
    expect(await transportTo(url).verify()).toEqual({ ok: true });
    expect(taken).toEqual([]);
  });

  it('says why a server cannot be reached', async () => {
    const { url } = await startServer();
    await stopServers();
    expect(await transportTo(url).verify()).toMatchObject({ ok: false, response: expect.stringContaining('ECONNREFUSED') });
  });

  it('finishes what is being sent and what waits, then takes nothing new', async () => {
    const { url, taken } = await startServer({
      onRcptTo: (_address, _session, callback) => void setTimeout(callback, 50),
    });
    const transport = transportTo(url, { pool: { connections: 1 } });
    const sending = [1, 2, 3].map((n) => transport.send(to(`user${n}@contoso.example`)));
    await transport.close();
    expect((await Promise.all(sending)).map(({ outcome }) => outcome)).toEqual(['sent', 'sent', 'sent']);
    expect(taken).toHaveLength(3);
    expect(await transport.send(to('late@contoso.example'))).toEqual({
      outcome: 'deferred',
      response: 'Not sent: this process is shutting down.',
    });
    await transport.close();
  });
});
