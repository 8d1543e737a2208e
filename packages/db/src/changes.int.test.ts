import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { type ChangeHint, createChangePublisher, listenToChanges } from './changes.ts';
import type { CommittedEvent } from './context.ts';
import { newId } from './index.ts';
import { useTestDatabase } from './testing/index.ts';

const test = useTestDatabase();
const partnerId = newId();
const edited = (customerId: string): CommittedEvent => ({
  id: newId(),
  partnerId,
  type: 'customer.edited',
  customerId,
  data: { fields: ['tags'] },
});

describe('hints of changes', () => {
  let stop: () => Promise<void> = async () => {};
  afterEach(() => stop());

  /** What a screen hears. */
  async function listening(): Promise<ChangeHint[]> {
    const heard: ChangeHint[] = [];
    stop = await listenToChanges(
      test.api,
      (hint) => heard.push(hint),
      () => {},
    );
    return heard;
  }
  const until = async (is: () => boolean) => {
    for (const end = Date.now() + 5000; !is() && Date.now() < end; ) await sleep(10);
  };

  it('are one for each thing when a few have changed, and a single one without ids when many have', async () => {
    const heard = await listening();
    const publisher = createChangePublisher(test.worker, { slowDelayMs: 100 });
    const few = Array.from({ length: 20 }, () => newId());
    publisher.publishEvents(few.map(edited), partnerId);
    await until(() => heard.length >= 20);
    expect(heard.map(({ customerId }) => customerId).sort()).toEqual([...few].sort());
    heard.length = 0;
    // Three chunks of a run within a moment.
    for (let chunk = 0; chunk < 3; chunk++)
      publisher.publishEvents(
        Array.from({ length: 300 }, () => edited(newId())),
        partnerId,
      );
    await until(() => heard.length >= 1);
    await sleep(150);
    expect(heard).toEqual([{ partnerId, types: ['customer.edited'] }]);
    await publisher.close();
  });

  it('are one for the events of one thing, whether they say that they are about no customer or say nothing', async () => {
    const heard = await listening();
    const publisher = createChangePublisher(test.worker);
    const [operationId, about] = [newId(), { id: newId(), partnerId }];
    publisher.publishEvents(
      [
        { ...about, type: 'customer.onboarding_requested', data: { operationId } },
        { ...about, type: 'operation.queued', customerId: null, data: { operationId, kind: 'customer-onboarding' } },
      ],
      partnerId,
    );
    await publisher.close();
    await until(() => heard.length >= 1);
    expect(heard).toMatchObject([{ partnerId, operationId, types: ['customer.onboarding_requested', 'operation.queued'] }]);
  });

  it('about what changes all the time are gathered per operation, and the last is not lost when a process stops', async () => {
    const heard = await listening();
    const publisher = createChangePublisher(test.worker, { slowDelayMs: 60_000 });
    const [one, other] = [newId(), newId()];
    for (let chunk = 0; chunk < 5; chunk++)
      for (const operationId of [one, other]) publisher.publishSlowly({ partnerId, operationId, types: ['operation.progress'] });
    await publisher.close();
    await until(() => heard.length >= 2);
    expect(heard.map(({ operationId, types }) => [operationId, types])).toEqual([
      [one, ['operation.progress']],
      [other, ['operation.progress']],
    ]);
  });
});
