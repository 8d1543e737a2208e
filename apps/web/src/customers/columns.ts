import { customerColumns } from '@clientele/contracts';
import { type Ref, ref, watch } from 'vue';

export type CustomerColumn = (typeof customerColumns)[number];

const key = 'clientele-customer-columns';
const usual: CustomerColumn[] = ['domain', 'relationship', 'delegatedAdmin', 'reseller', 'tags', 'country', 'created'];

/** The columns that this person wants to see, kept in the browser; a saved view brings its own. */
export function useChosenColumns(): Ref<CustomerColumn[]> {
  const chosen = ref(read());
  watch(chosen, (now) => {
    try {
      localStorage.setItem(key, JSON.stringify(now));
    } catch {
      // Without a storage they last as long as the page.
    }
  });
  return chosen;
}

function read(): CustomerColumn[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? '');
    return Array.isArray(kept) ? customerColumns.filter((column) => kept.includes(column)) : usual;
  } catch {
    return usual;
  }
}
