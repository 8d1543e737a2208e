// Every feature's messages under the feature's name; one chunk per language.
const files = import.meta.glob<Record<string, unknown>>('/src/*/ja.json', { eager: true, import: 'default' });

export default Object.fromEntries(Object.entries(files).map(([path, messages]) => [path.split('/').at(-2) ?? path, messages]));

export { default as ui } from '@nuxt/ui/runtime/locale/ja.js';
