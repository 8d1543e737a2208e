import { type Ref, watch } from 'vue';

/** Tabs that are wider than a phone: scrolls the chosen one into sight, within its own row. */
export function keepInSight(row: Readonly<Ref<HTMLElement | null>>, chosen: Readonly<Ref<unknown>>): void {
  watch(
    [row, chosen],
    () => {
      const tab = row.value?.querySelector<HTMLElement>('[aria-current="page"]');
      if (row.value && tab) row.value.scrollLeft = tab.offsetLeft - (row.value.clientWidth - tab.offsetWidth) / 2;
    },
    { flush: 'post', immediate: true },
  );
}
