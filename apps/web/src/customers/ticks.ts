import { type CustomerFilters, type CustomerRow, type CustomerSelection, mostNamed } from '@clientele/contracts';
import { type ComputedRef, computed, type Ref, ref, watch } from 'vue';
import { matchKey } from './list-address.ts';

interface Total {
  count: number;
  estimated: boolean;
}

/**
 * Which customers are ticked: some, or all that match but for a few. Outlives the page; another question (not another order) starts anew.
 */
export function useTicks(
  rows: () => CustomerRow[],
  filters: () => CustomerFilters,
  total: () => Total | undefined,
): {
  has: (row: CustomerRow) => boolean;
  toggle: (row: CustomerRow, range: boolean) => void;
  page: ComputedRef<boolean | 'indeterminate'>;
  togglePage: () => void;
  all: ComputedRef<boolean>;
  takeAll: () => void;
  clear: () => void;
  count: ComputedRef<Total>;
  /** As the API takes it; null while nothing is ticked. */
  selection: ComputedRef<CustomerSelection | null>;
  /** The last tick was one too many. */
  full: Readonly<Ref<boolean>>;
} {
  const isAll = ref(false);
  /** Ticked ones; when all are taken, those that are left out. */
  const named = ref(new Set<string>());
  const full = ref(false);
  let last: string | undefined;

  const has = ({ id }: CustomerRow) => named.value.has(id) !== isAll.value;
  const set = (list: CustomerRow[], ticked: boolean) => {
    const next = new Set(named.value);
    full.value = false;
    for (const { id } of list)
      if (ticked === isAll.value) next.delete(id);
      else if (next.size < mostNamed) next.add(id);
      else full.value = true;
    named.value = next;
  };
  const toggle = (row: CustomerRow, range: boolean) => {
    const list = rows();
    const [from, to] = [list.findIndex(({ id }) => id === last), list.findIndex(({ id }) => id === row.id)];
    const ticked = !has(row);
    set(range && from !== -1 ? list.slice(Math.min(from, to), Math.max(from, to) + 1) : [row], ticked);
    last = row.id;
  };
  const page = computed(() => {
    const ticked = rows().filter(has).length;
    return ticked === 0 ? false : ticked === rows().length ? true : ('indeterminate' as const);
  });
  const clear = () => {
    isAll.value = false;
    full.value = false;
    named.value = new Set();
    last = undefined;
  };
  watch(() => matchKey(filters()), clear);
  const count = computed<Total>(() => {
    if (!isAll.value) return { count: named.value.size, estimated: false };
    const { count = 0, estimated = false } = total() ?? {};
    return { count: Math.max(0, count - named.value.size), estimated };
  });
  const selection = computed<CustomerSelection | null>(() => {
    if (isAll.value) return { filters: filters(), except: [...named.value] };
    return named.value.size > 0 ? { ids: [...named.value] } : null;
  });
  return {
    has,
    toggle,
    page,
    togglePage: () => set(rows(), page.value !== true),
    all: computed(() => isAll.value),
    takeAll: () => {
      isAll.value = true;
      full.value = false;
      named.value = new Set();
    },
    clear,
    count,
    selection,
    full,
  };
}
