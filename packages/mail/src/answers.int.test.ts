import { afterEach, describe, expect, it } from 'vitest';
import { refusal, startScript, startServer, stopServers, takingUntilEnd } from './testing/servers.ts';
import { link, stopAll, to, token, transportTo } from './testing/transports.ts';

afterEach(stopAll);

describe('a server that refuses', () => {
  const refusing = (at: 'onMailFrom' | 'onRcptTo', error: Error) =>
    startServer({
      [at]: (_address: unknown, _session: unknown, callback: (error?: Error) => void) => callback(error),
    });

  it.each([
    ['defers at 451 to the recipient', 'onRcptTo', 451, '4.7.1 Greylisted, try again later', 'deferred'],
    ['bounces at 550 to the recipient', 'onRcptTo', 550, '5.1.1 No such user here', 'bounced'],
    ['fails at a full mailbox: the address is right', 'onRcptTo', 552, '5.2.2 Mailbox full', 'failed'],
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
    expect(await transportTo(url, { timeouts: { greeting: 100 } }).send(to('megan@contoso.example'))).toMatchObject({
      outcome: 'deferred',
      response: expect.stringContaining('did not answer in time'),
    });
  });

  it('defers when it falls silent after the mail', async () => {
    const url = await startScript(
      (socket) => socket.write('220 hello\r\n'),
      takingUntilEnd(() => undefined),
    );
    expect(await transportTo(url, { timeouts: { socket: 100 } }).send(to('megan@contoso.example'))).toMatchObject({
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
      response: expect.stringContaining('certificate'),
    });
  });
});
