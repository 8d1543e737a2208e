import { useDocumentVisibility, useIntervalFn } from '@vueuse/core';
import { watch } from 'vue';

/** Reads again every `ms` while something is under way and the page is looked at: for when the live channel is silent. */
export function useFollowing(isUnderWay: () => boolean, refetch: () => unknown, ms: number): void {
  const visibility = useDocumentVisibility();
  const timer = useIntervalFn(() => void refetch(), ms, { immediate: false });
  watch(
    () => isUnderWay() && visibility.value === 'visible',
    (going) => (going ? timer.resume() : timer.pause()),
    { immediate: true },
  );
}
