import { openDatabase } from '@clientele/db';
import { aPartner, aPartnerUser, aUser, useTestDatabase } from '@clientele/db/testing';
import { attemptLimits } from '@clientele/domain';
import { afterAll, describe, expect, it } from 'vitest';
import { attemptKeyOfEmail, createAttempts, forgetOldAttempts } from './count.ts';
import { noteLockOut } from './lock-out.ts';

const test = useTestDatabase();
const secret = 'a secret that only tests know, 32+ characters';
const opened: { close(): Promise<void> }[] = [];
afterAll(() => Promise.all(opened.map((db) => db.close())));

/** Another process: a pool of its own on the same database. */
function anotherProcess() {
  const db = openDatabase({ url: test.url, role: 'clientele_api', connections: 10 });
  opened.push(db);
  return createAttempts({ db, secret });
}
const { most, seconds } = attemptLimits['hand-over'];
let keys = 0;
const aKey = () => `key ${++keys}`;

describe('counting attempts', () => {
  it('counts together what two processes see', async () => {
    const [one, other] = [anotherProcess(), anotherProcess()];
    const key = aKey();
    for (let n = 1; n <= most; n += 1) expect((await (n % 2 ? one : other).count('hand-over', key)).count).toBe(n);
    expect(await one.count('hand-over', key)).toMatchObject({ allowed: false, count: most + 1 });
    expect(await other.count('hand-over', key)).toMatchObject({ allowed: false, count: most + 2 });
  });

  it('of fifty at once, by two processes, lets through as many as the limit says', async () => {
    const processes = [anotherProcess(), anotherProcess()];
    const key = aKey();
    const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => processes[n % 2]?.count('hand-over', key)));
    expect(answers.filter((answer) => answer?.allowed)).toHaveLength(most);
    expect(answers.map((answer) => answer?.count).sort((a = 0, b = 0) => a - b)).toEqual(Array.from({ length: 50 }, (_, n) => n + 1));
  });

  it('begins anew when the window ends, and what is tried meanwhile makes it no longer', async () => {
    const attempts = createAttempts({ db: test.api, secret });
    const key = aKey();
    const began = new Date('2026-03-01T10:00:00Z');
    const at = (after: number) => attempts.count('hand-over', key, new Date(began.getTime() + after * 1000));
    for (let n = 0; n < most + 5; n += 1) await at(n);
    const last = await at(seconds - 1);
    expect(last).toMatchObject({ allowed: false, until: new Date(began.getTime() + seconds * 1000) });
    expect(await at(seconds)).toEqual({ allowed: true, count: 1, until: new Date(began.getTime() + 2 * seconds * 1000) });
  });

  it('goes by the clock of the database: a process whose own clock is wrong shares the window', async () => {
    const attempts = createAttempts({ db: test.api, secret });
    const key = aKey();
    const { until } = await attempts.count('hand-over', key);
    const [row] = await test.sql`select extract(epoch from now()) * 1000 as now`;
    expect(Math.abs(until.getTime() - seconds * 1000 - Number(row?.now))).toBeLessThan(5000);
    const real = Date.now;
    try {
      Date.now = () => real() + 3_600_000;
      expect(await attempts.count('hand-over', key)).toMatchObject({ count: 2, until });
    } finally {
      Date.now = real;
    }
  });

  it('counts each key and each limit by itself, and keeps neither in the clear', async () => {
    const attempts = createAttempts({ db: test.api, secret });
    await attempts.count('sign-in-by-email', 'taro@people.example');
    expect(await attempts.count('sign-in-by-email', 'hanako@people.example')).toMatchObject({ count: 1 });
    expect(await attempts.count('sign-in-link-by-email', 'taro@people.example')).toMatchObject({ count: 1 });
    expect(await createAttempts({ db: test.api, secret: 'another' }).count('sign-in-by-email', 'taro@people.example')).toMatchObject({
      count: 1,
    });
    expect(JSON.stringify(await test.sql`select * from attempts`)).not.toMatch(/taro|people|sign-in/);
    expect(attemptKeyOfEmail('  Taro@People.example ')).toBe('taro@people.example');
  });

  it('takes one back, forgets all, and looks without counting', async () => {
    const attempts = createAttempts({ db: test.api, secret });
    const [key, other] = [aKey(), aKey()];
    for (let n = 0; n < 3; n += 1) await attempts.count('hand-over', key);
    await attempts.takeBack('hand-over', key);
    await attempts.takeBack('hand-over', other);
    expect([...(await attempts.look('hand-over', [key, other])).entries()]).toEqual([[key, expect.objectContaining({ count: 2 })]]);
    await attempts.forget('hand-over', key);
    expect((await attempts.look('hand-over', [key])).size).toBe(0);
    expect(await attempts.count('hand-over', key)).toMatchObject({ count: 1 });
  });

  it('lets nothing through while the database does not answer', async () => {
    const away = openDatabase({ url: 'postgres://nobody@127.0.0.1:9/nothing', role: 'clientele_api', connections: 2 });
    opened.push(away);
    await expect(createAttempts({ db: away, secret }).count('hand-over', 'x')).rejects.toThrow();
  });

  it('forgets the windows that are over, and no other', async () => {
    const attempts = createAttempts({ db: test.api, secret });
    const [old, open] = [aKey(), aKey()];
    await attempts.count('hand-over', old, new Date('2020-01-01T00:00:00Z'));
    await attempts.count('hand-over', open);
    expect(await forgetOldAttempts({ db: test.worker, now: new Date('2020-01-01T00:14:59Z') })).toBe(0);
    expect(await forgetOldAttempts({ db: test.worker, now: new Date('2021-01-01T00:00:00Z') })).toBe(1);
    expect(await attempts.count('hand-over', open)).toMatchObject({ count: 2 });
  });
});

describe('the record of a lockout', () => {
  const base = () => ({ db: test.api, requestId: 'r', now: new Date(), origin: { ip: '192.0.2.1', userAgent: null } });
  const until = new Date('2026-03-01T10:15:00Z');

  it('stands in the log of the person’s partner, with where it was tried from, and names no address', async () => {
    const partner = await aPartner(test.sql);
    const user = await aPartnerUser(test.sql, partner);
    await noteLockOut(base(), { email: user.email, until });
    const records = await test.sql`select type, actor_kind, actor_id, data, ip from events where partner_id = ${partner.id}`;
    expect(records).toMatchObject([
      {
        type: 'partner_user.locked_out',
        actor_kind: 'system',
        actor_id: 'sign-in',
        data: { userId: user.id, until: until.toISOString() },
        ip: '192.0.2.1',
      },
    ]);
    expect(JSON.stringify(records)).not.toContain(user.email);
  });

  it('is nowhere for an address of nobody, or of a customer’s person', async () => {
    const customer = await aUser(test.sql);
    const count = async () => Number((await test.sql`select count(*) from events`)[0]?.count);
    const before = await count();
    await noteLockOut(base(), { email: 'nobody@people.example', until });
    await noteLockOut(base(), { email: customer.email, until });
    expect(await count()).toBe(before);
  });
});
