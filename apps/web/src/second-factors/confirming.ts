import type { ConfirmationWay } from '@clientele/domain';
import { type ShallowRef, shallowRef } from 'vue';
import { onConfirmationNeeded } from '../app/api.ts';

/** The question that is open: by what it can be answered, and whom to tell. */
export const question: ShallowRef<{ ways: ConfirmationWay[]; answer: (isConfirmed: boolean) => void } | null> = shallowRef(null);

let asking: Promise<boolean> | null = null;

// One question at a time: what else is asked meanwhile waits for the same answer.
onConfirmationNeeded((ways) => {
  asking ??= new Promise<boolean>((resolve) => {
    question.value = {
      ways,
      answer: (isConfirmed) => {
        question.value = null;
        asking = null;
        resolve(isConfirmed);
      },
    };
  });
  return asking;
});
