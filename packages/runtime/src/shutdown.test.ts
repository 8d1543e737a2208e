import { describe, expect, it } from 'vitest';
import { createShutdown } from './shutdown.ts';

function setting(options?: { partDeadlineMs?: number }) {
  const warned: unknown[] = [];
  const order: string[] = [];
  const shutdown = createShutdown({ warn: (facts: unknown) => void warned.push(facts) } as never, options);
  return { shutdown, warned, order, part: (name: string) => shutdown.add(name, async () => void order.push(name)) };
}

describe('a shutdown', () => {
  it('stops the newest part first, each after the one before is done', async () => {
    const { shutdown, order, part } = setting();
    part('database');
    shutdown.add('slow', async () => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      order.push('slow');
    });
    part('http');
    await shutdown.run();
    expect(order).toEqual(['http', 'slow', 'database']);
  });

  it('runs once, however often it is asked', async () => {
    const { shutdown, order, part } = setting();
    part('only');
    await Promise.all([shutdown.run(), shutdown.run()]);
    await shutdown.run();
    expect(order).toEqual(['only']);
  });

  it('names a part that fails or hangs, and goes on', async () => {
    const { shutdown, order, part, warned } = setting({ partDeadlineMs: 40 });
    part('database');
    shutdown.add('hangs', () => new Promise<void>(() => {}));
    shutdown.add('fails', () => Promise.reject(new Error('no')));
    shutdown.add('throws', () => {
      throw new Error('no');
    });
    await shutdown.run();
    expect(order).toEqual(['database']);
    expect(warned).toMatchObject([{ part: 'throws' }, { part: 'fails' }, { part: 'hangs' }]);
  });
});
