import { readonly, ref } from 'vue';

const now = ref(Date.now());
let isTicking = false;

/** The time, a few times a minute, one timer for the whole page. */
export function useNow(): Readonly<typeof now> {
  if (!isTicking) {
    isTicking = true;
    setInterval(() => {
      now.value = Date.now();
    }, 15_000);
  }
  return readonly(now);
}
