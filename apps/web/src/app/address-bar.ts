import { type ComputedRef, computed, type Ref, ref, watch } from 'vue';
import { useRoute, useRouter } from 'vue-router';

/**
 * Filters that live in the page's address: `values` are the defaults with what the address says on top; `set` writes them back (a default is left
 * out of the address). Changing a filter starts again at the first page; turning the page can be undone with Back.
 */
export function useAddressFilters<Values extends Record<string, string>>(
  defaults: Values,
): {
  values: ComputedRef<Values>;
  set: (patch: Partial<Record<keyof Values, string>>) => void;
  /** Everything but what `keep` names, back to its default. */
  clear: (keep?: readonly (keyof Values)[]) => void;
} {
  const route = useRoute();
  const router = useRouter();
  const values = computed(() => {
    const found: Record<string, string> = { ...defaults };
    for (const name of Object.keys(defaults)) {
      const value = route.query[name];
      if (typeof value === 'string') found[name] = value;
    }
    return found as Values;
  });
  const set = (patch: Partial<Record<keyof Values, string>>) => {
    const turnsPage = 'after' in patch;
    const next: Record<string, string | undefined> = {};
    for (const [name, value] of Object.entries({ ...values.value, ...(turnsPage ? {} : { after: '' }), ...patch }))
      next[name] = value && value !== defaults[name] ? value : undefined;
    void router[turnsPage ? 'push' : 'replace']({ query: { ...route.query, ...next } });
  };
  const clear = (keep: readonly (keyof Values)[] = []) =>
    set(Object.fromEntries(Object.entries(defaults).filter(([name]) => !keep.includes(name))) as Partial<Record<keyof Values, string>>);
  return { values, set, clear };
}

/** Typing into a search field: shown at once, in the address a moment later. */
export function useTypedSearch(current: () => string, write: (value: string) => void): Ref<string> {
  const typed = ref(current());
  let timer: ReturnType<typeof setTimeout> | undefined;
  watch(typed, (value) => {
    clearTimeout(timer);
    if (value !== current()) timer = setTimeout(() => write(value.trim()), 250);
  });
  watch(current, (value) => {
    if (value !== typed.value.trim()) typed.value = value;
  });
  return typed;
}

/** Keyset pages: the address holds the cursor, the way back is kept in memory; a page opened by its address goes back to the first one. */
export function useCursorPages(
  after: () => string,
  go: (after: string) => void,
): {
  /** How many pages lie before this one; null when the page was opened by its address. */
  index: ComputedRef<number | null>;
  previous: () => void;
  next: (cursor: string) => void;
  isFirst: ComputedRef<boolean>;
} {
  const trail = ref<string[]>(['']);
  const at = computed(() => trail.value.indexOf(after()));
  watch(after, (now) => {
    // Another question: its first page.
    if (now === '') trail.value = [''];
  });
  return {
    index: computed(() => (at.value === -1 ? null : at.value)),
    isFirst: computed(() => after() === ''),
    previous: () => go(at.value > 0 ? (trail.value[at.value - 1] ?? '') : ''),
    next: (cursor) => {
      trail.value = at.value === -1 ? ['', cursor] : [...trail.value.slice(0, at.value + 1), cursor];
      go(cursor);
    },
  };
}
