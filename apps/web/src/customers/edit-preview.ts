import { previewEdit } from '@clientele/contracts';
import { type Ref, ref } from 'vue';
import { call } from '../app/api.ts';
import type { Patch } from './editing.ts';

export interface Consequence {
  key: string;
  params: Record<string, string>;
}

/**
 * Asks the server what an edit will cause before it is made. `ask` gives true when nothing needs a word, and the edit can be saved at once;
 * otherwise `shown` holds what to show, and the person decides.
 */
export function useEditPreview(customerId: () => string): {
  shown: Ref<Consequence[] | null>;
  ask: (patch: Patch) => Promise<boolean>;
} {
  const shown = ref<Consequence[] | null>(null);
  return {
    shown,
    async ask(patch) {
      const params = { customerId: customerId() };
      const { consequences } = await call(previewEdit, { params, body: { ...params, ...patch } });
      if (consequences.length === 0) return true;
      shown.value = consequences;
      return false;
    },
  };
}
