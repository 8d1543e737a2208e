import { readonly, ref } from 'vue';

const now = ref(Date.now());
let timer: ReturnType<typeof setInterval> | undefined;

/** The time, a few times a minute, one timer for the whole page. */
export function useNow(): Readonly<typeof now> {
  timer ??= setInterval(() => {
    now.value = Date.now();
  }, 15_000);
  return readonly(now);
}
