import { EventEmitter } from 'node:events';
import type { ChangeHint } from '@clientele/db';
import type { Response } from 'express';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createLiveChannel } from './changes.ts';

afterEach(() => void vi.useRealTimers());

/** A response that keeps what was written. */
class Screen extends EventEmitter {
  written = '';
  isOver = false;
  writeHead() {}
  write(text: string) {
    this.written += text;
  }
  end() {
    this.isOver = true;
    this.emit('close');
  }
}

async function channel() {
  vi.useFakeTimers();
  let tell: (hint: ChangeHint) => void = () => {};
  const live = createLiveChannel({} as never, async (_db, heard) => {
    tell = heard;
    return async () => {};
  });
  await live.start();
  const open = (isSignedIn: () => Promise<boolean>) => {
    const screen = new Screen();
    live.follow(screen as unknown as Response, 'partner', isSignedIn);
    return screen;
  };
  return { live, open, tell: (types: string[]) => tell({ partnerId: 'partner', types } as unknown as ChangeHint) };
}

describe('an open screen', () => {
  it('is closed within a minute when its session runs out, though nothing says so', async () => {
    const { open, live } = await channel();
    let isIn = true;
    const [mine, other] = [open(async () => isIn), open(async () => true)];
    await vi.advanceTimersByTimeAsync(61_000);
    expect([mine.isOver, other.isOver]).toEqual([false, false]);
    isIn = false;
    await vi.advanceTimersByTimeAsync(61_000);
    expect([mine.isOver, other.isOver]).toEqual([true, false]);
    await live.close();
  });

  it('goes on while it cannot be told whether its session is over, and is closed when it can', async () => {
    const { open, live } = await channel();
    let answer: () => Promise<boolean> = () => Promise.reject(new Error('the database is away'));
    const screen = open(() => answer());
    await vi.advanceTimersByTimeAsync(121_000);
    expect(screen.isOver).toBe(false);
    answer = async () => false;
    await vi.advanceTimersByTimeAsync(61_000);
    expect(screen.isOver).toBe(true);
    await live.close();
  });

  it('of a key is closed when the key is revoked, and not when somebody else is signed out', async () => {
    const { open, tell, live } = await channel();
    let isGood = true;
    const screen = open(async () => isGood);
    tell(['partner_user.signed_out']);
    await vi.advanceTimersByTimeAsync(0);
    expect(screen.isOver).toBe(false);
    isGood = false;
    tell(['api_key.revoked']);
    await vi.advanceTimersByTimeAsync(0);
    expect(screen.isOver).toBe(true);
    await live.close();
  });
});
