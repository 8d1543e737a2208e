import { useColorMode } from '@vueuse/core';

export const themes = ['auto', 'light', 'dark'] as const;

/** The chosen theme; public/theme.js reads the same storage key before the first paint. */
export const theme = useColorMode({ emitAuto: true, storageKey: 'vueuse-color-scheme', initialValue: 'auto' });
