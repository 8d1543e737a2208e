import { useColorMode } from '@vueuse/core';

export const themes = ['auto', 'light', 'dark'] as const;

/** The chosen theme; public/theme.js reads the same storage key before the first paint. */
export const theme = useColorMode({
  emitAuto: true,
  storageKey: 'vueuse-color-scheme',
  initialValue: 'auto',
  // It would write a style element for the moment of the change; a class of ours does the same.
  disableTransition: false,
  onChanged(mode, change) {
    const { classList } = document.documentElement;
    classList.add('theme-changes');
    change(mode);
    // Read, so that the new colours are there before transitions are again.
    getComputedStyle(document.body).opacity;
    classList.remove('theme-changes');
  },
});
