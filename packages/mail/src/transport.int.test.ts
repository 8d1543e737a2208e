import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { refusal, startScript, startServer, stopServers, takingUntilEnd } from './testing/servers.ts';
import { createTransport, type OutgoingMail, type Transport, type TransportOptions } from './transport.ts';

const token = '0199f0aa3c6b7c3e9a51.Zk3vQy7o0Lw2bNf8rXcT5mHs';
const link = `https://partners.northbridge.example/i/${token}`;
const mail = {
  subject: 'Northbridge asks to be your reseller',
  text: `Review the request:\n${link}\n`,
  html: `<a href="${link}">Review</a>`,
};

const open: Transport[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((transport) => transport.close()));
  await stopServers();
});

function transportTo(smtpUrl: string, options: Partial<TransportOptions> = {}): Transport {
  const transport = createTransport({
    smtpUrl,
    from: { name: 'Clientele', address: 'no-reply@clientele.example' },
    timeouts: { connection: 300, greeting: 150, socket: 200, total: 800 },
    ...options,
  });
  open.push(transport);
  return transport;
}

function to(address: string, more: Partial<OutgoingMail> = {}): OutgoingMail {
  return { to: address, messageId: '<0199f0aa-1@clientele.mail>', mail, ...more };
}

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

  it('gets an address in a domain of another script in punycode', async () => {
    const { url, taken } = await startServer();
    await transportTo(url).send(to('info@例え.jp'));
    expect(taken[0]!.to).toEqual(['info@xn--r8jz45g.jp']);
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

describe('a server that refuses', () => {
  const refusing = (at: 'onMailFrom' | 'onRcptTo', error: Error) =>
    startServer({
      [at]: (_address: unknown, _session: unknown, callback: (error?: Error) => void) => callback(error),
    });

  it.each([
    ['defers at 451 to the recipient', 'onRcptTo', 451, '4.7.1 Greylisted, try again later', 'deferred'],
    ['bounces at 550 to the recipient', 'onRcptTo', 550, '5.1.1 No such user here', 'bounced'],
    ['bounces at a full mailbox', 'onRcptTo', 552, '5.2.2 Mailbox full', 'bounced'],
    [
      'fails, and blames nobody’s address, when the sender is blocked',
      'onRcptTo',
      550,
      '5.7.1 Your network is on our block list',
      'failed',
    ],
    ['fails at 550 to the sender', 'onMailFrom', 550, '5.1.8 Sender domain does not exist', 'failed'],
    ['defers at 421 to the sender', 'onMailFrom', 421, '4.3.2 Too busy', 'deferred'],
  ] as const)('%s', async (_title, at, code, message, outcome) => {
    const { url, taken } = await refusing(at, refusal(code, message));
    expect(await transportTo(url).send(to('megan@contoso.example'))).toEqual({ outcome, code, response: `${code} ${message}` });
    expect(taken).toEqual([]);
  });

  it('fails at 554 to the mail, and keeps the server’s answer on one short line without the mail’s link', async () => {
    const { url } = await startServer({
      onData(stream, _session, callback) {
        stream
          .resume()
          .on('end', () => callback(refusal(554, `5.7.1 Spam: ${link} and\nthe token ${token.toUpperCase()} in ${'x'.repeat(900)}`)));
      },
    });
    const result = await transportTo(url).send(to('megan@contoso.example'));
    expect(result).toMatchObject({ outcome: 'failed', code: 554, response: expect.stringMatching(/^554 5\.7\.1 Spam: \[link\] and/) });
    expect(result.response.length).toBeLessThanOrEqual(500);
    expect(result.response).not.toMatch(/\n|Zk3vQy7o0Lw2bNf8rXcT5mHs|0199f0aa3c6b7c3e9a51/i);
  });

  it('bounces when it learns only after the mail that there is no such mailbox', async () => {
    const { url } = await startServer({
      onData(stream, _session, callback) {
        stream.resume().on('end', () => callback(refusal(550, '5.1.1 User unknown')));
      },
    });
    expect(await transportTo(url).send(to('megan@contoso.example'))).toMatchObject({ outcome: 'bounced', code: 550 });
  });

  it('fails when the user or password is wrong, and does not tell them', async () => {
    const { port } = await startServer({
      authOptional: false,
      allowInsecureAuth: true,
      onAuth: (_auth, _session, callback) => callback(refusal(535, '5.7.8 Bad credentials')),
    });
    const transport = transportTo(`smtp://portal:a-secret@127.0.0.1:${port}`);
    const result = await transport.send(to('megan@contoso.example'));
    expect(result).toMatchObject({ outcome: 'failed', code: 535, response: '535 5.7.8 Bad credentials' });
    expect(JSON.stringify(result)).not.toContain('a-secret');
    expect(await transport.verify()).toMatchObject({ ok: false, code: 535 });
  });

  it('defers a first try, and sends the second over the same pool', async () => {
    let tries = 0;
    const { url, taken } = await startServer({
      onRcptTo: (_address, _session, callback) => callback(++tries === 1 ? refusal(450, '4.2.0 Greylisted') : undefined),
    });
    const transport = transportTo(url);
    expect(await transport.send(to('megan@contoso.example'))).toMatchObject({ outcome: 'deferred', code: 450 });
    expect(await transport.send(to('megan@contoso.example'))).toMatchObject({ outcome: 'sent' });
    expect(taken).toHaveLength(1);
  });
});

describe('a server that is not well', () => {
  it('defers when nobody listens', async () => {
    const { url } = await startServer();
    await stopServers();
    const result = await transportTo(url).send(to('megan@contoso.example'));
    expect(result).toMatchObject({ outcome: 'deferred', response: expect.stringContaining('ECONNREFUSED') });
    expect(result).not.toHaveProperty('code');
  });

  it('defers when its name cannot be resolved', async () => {
    const result = await transportTo('smtp://mail.invalid:25', { timeouts: { connection: 900 } }).send(to('megan@contoso.example'));
    expect(result.outcome).toBe('deferred');
  });

  it('defers when it never greets', async () => {
    const url = await startScript(
      () => undefined,
      () => undefined,
    );
    expect(await transportTo(url).send(to('megan@contoso.example'))).toMatchObject({
      outcome: 'deferred',
      response: expect.stringContaining('did not answer in time'),
    });
  });

  it('defers when it falls silent after the mail', async () => {
    const url = await startScript(
      (socket) => socket.write('220 hello\r\n'),
      takingUntilEnd(() => undefined),
    );
    expect(await transportTo(url).send(to('megan@contoso.example'))).toMatchObject({
      outcome: 'deferred',
      response: expect.stringContaining('did not answer in time'),
    });
  });

  it('defers when it trickles its answer and would never be silent', async () => {
    const url = await startScript(
      (socket) => {
        socket.write('220 hello\r\n');
        const timer = setInterval(() => socket.destroyed || socket.write('250-wait\r\n'), 50);
        socket.on('close', () => clearInterval(timer));
      },
      () => undefined,
    );
    expect(await transportTo(url, { timeouts: { total: 300 } }).send(to('megan@contoso.example'))).toEqual({
      outcome: 'deferred',
      response: 'The mail server did not answer in time.',
    });
  });

  it.each(['DATA', '.'])('defers, and tries once only, when it hangs up at %s', async (at) => {
    let mails = 0;
    const answer = takingUntilEnd((socket) => void socket.destroy());
    const url = await startScript(
      (socket) => socket.write('220 hello\r\n'),
      (line, socket) => {
        if (line.startsWith('MAIL FROM')) mails++;
        return line === at ? void socket.destroy() : answer(line, socket);
      },
    );
    expect(await transportTo(url).send(to('megan@contoso.example'))).toMatchObject({ outcome: 'deferred' });
    expect(mails).toBe(1);
  });

  it('defers when its certificate is not trusted', async () => {
    const { url } = await startServer({ disabledCommands: [] });
    expect(await transportTo(url).send(to('megan@contoso.example'))).toMatchObject({
      outcome: 'deferred',
      response: expect.stringContaining('No secure connection'),
    });
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
