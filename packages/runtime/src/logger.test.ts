import { describe, expect, it } from 'vitest';
import { createLogger, scrub } from './logger.ts';

function logOf(act: (logger: ReturnType<typeof createLogger>) => void): string {
  const lines: string[] = [];
  act(createLogger({ level: 'debug', name: 'test', destination: { write: (line) => lines.push(line) } }));
  return lines.join('');
}
const token = 'AZrT0kenOf-this_invitation1234567890abcdefghij';

describe('the log', () => {
  it('leaves out secrets and addresses wherever they stand in an object', () => {
    const secrets = {
      password: 'hunter2!',
      temporaryPassword: 'hunter2!',
      token: 'hunter2!',
      secret: 'hunter2!',
      link: 'hunter2!',
      email: 'hunter2!',
      recipient: 'hunter2!',
      to: 'hunter2!',
      authorization: 'hunter2!',
      cookie: 'hunter2!',
      'set-cookie': 'hunter2!',
      setUpCode: 'hunter2!',
      currentPassword: 'hunter2!',
      new_password: 'hunter2!',
      'X-Api-Key': ['hunter2!'],
      sessionToken: { value: 'hunter2!' },
      clientSecret: 'hunter2!',
      recoveryCodes: ['hunter2!'],
    };
    const text = logOf((logger) => {
      logger.info(secrets, 'flat');
      logger.info({ body: secrets }, 'deep');
      logger.info({ request: { headers: secrets } }, 'deeper');
      logger.child({ requestId: '1' }).warn({ mail: secrets }, 'child');
      logger.warn({ rows: [{ a: { b: { c: { d: secrets } } } }] }, 'deep in a list');
    });
    expect(text).not.toContain('hunter2!');
    expect(text.match(/\[redacted\]/g)?.length).toBe(5 * Object.keys(secrets).length);
  });

  it('leaves addresses and links out of the messages of errors, and a query’s parameters with them', () => {
    const query = Object.assign(new Error('Failed query: insert into users values ($1)\nparams: aiko@contoso.example'), {
      cause: Object.assign(new Error('duplicate key aiko@contoso.example'), { code: '23505' }),
    });
    const text = logOf((logger) => {
      logger.error({ err: query }, 'failed');
      logger.error({ err: new Error(`GET http://portal.example/i/${token} failed for <aiko.tanaka+x@mail.contoso.example>`) }, 'failed');
      logger.error({ err: `text about aiko@contoso.example` }, 'failed');
    });
    expect(text).toContain('duplicate key');
    expect(text).toContain('/i/[token]');
    expect(text).not.toMatch(/contoso\.example|Failed query|params/);
    expect(text).not.toContain(token);
  });

  it('keeps what is no secret', () => {
    const cause = Object.assign(new Error('full'), { code: 'ENOSPC' });
    expect(
      JSON.parse(logOf((logger) => logger.info({ requestId: 'r', status: 200, kind: null, n: [1], err: cause }, 'request'))),
    ).toMatchObject({
      requestId: 'r',
      status: 200,
      kind: null,
      n: [1],
      err: { message: 'full', code: 'ENOSPC' },
      msg: 'request',
      name: 'test',
    });
  });
});

describe('scrubbing a text', () => {
  it('finds addresses and links of any kind, and nothing else', () => {
    expect(scrub('to aiko.tanaka+x@contoso.co.jp and REN@NORTHWIND.EXAMPLE.')).toBe('to [address] and [address].');
    expect(scrub(`see /i/${token}/accept`)).toBe('see /i/[token]/accept');
    expect(scrub('田中@例え.テスト, <a_b=c@xn--r8jz45g.xn--zckzah>, smtp://user:pass@mail.example:25')).toBe(
      '[address], <[address]>, smtp://[credentials]@mail.example:25',
    );
    for (const page of ['i', 'a', 'e', 'u', 'join', 'my/sign-in', 'calendar'])
      expect(scrub(`at https://portal.example/${page}/${token}`)).toBe(`at https://portal.example/${page}/[token]`);
    expect(scrub(`Authorization: Bearer clientele_${'k'.repeat(43)}`)).toBe('Authorization: Bearer [key]');
    expect(scrub('bearer abcdefghij.klm')).toBe('bearer [credentials]');
    expect(scrub('postgres://clientele:hunter2@db:5432/x')).toBe('postgres://[credentials]@db:5432/x');
    expect(scrub('at /srv/node_modules/.pnpm/bullmq@6.7.0_pg@8.23.1/node_modules/x.js:1:2')).toContain('bullmq@6.7.0_pg@8.23.1');
    expect(scrub('version 1.2.3 at 10:00, 5 @ 3')).toBe('version 1.2.3 at 10:00, 5 @ 3');
  });
});
