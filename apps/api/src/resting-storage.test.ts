import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { RestingStorage } from './resting-storage.ts';

it('a resting storage keeps the stores of runs apart, one in another and side by side', async () => {
  const storage = new RestingStorage<number>();
  const seen = await Promise.all(
    [1, 2, 3].map((store) =>
      storage.run(store, async () => {
        await sleep(store);
        const inner = await storage.run(store * 10, async () => {
          await sleep(1);
          return storage.getStore();
        });
        return [inner, storage.getStore()];
      }),
    ),
  );
  expect(seen).toEqual([
    [10, 1],
    [20, 2],
    [30, 3],
  ]);
  expect(storage.getStore()).toBeUndefined();
});

it('a resting storage is off once nothing runs in it, however that ended', async () => {
  const storage = new RestingStorage<string>();
  const behind = async (run: (late: () => Promise<string | undefined>) => unknown) => {
    let late: Promise<string | undefined> = Promise.resolve('');
    await Promise.resolve(run(() => (late = sleep(5).then(() => storage.getStore())))).catch(() => {});
    return late;
  };
  expect(await behind((late) => storage.run('a', () => void late()))).toBeUndefined();
  expect(await behind((late) => storage.run('a', async () => void late()))).toBeUndefined();
  const fail = async (late: () => unknown) => {
    late();
    throw new Error('no');
  };
  expect(await behind((late) => storage.run('a', () => fail(late)))).toBeUndefined();
  expect(() =>
    storage.run('a', () => {
      throw new Error('no');
    }),
  ).toThrow('no');
  expect(storage.run('b', () => storage.getStore())).toBe('b');
});
