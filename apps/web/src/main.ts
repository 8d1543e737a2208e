// Of Nuxt UI's plugins only the bundled icons: its colours are in main.css, where they need neither script nor inline style.
import icons from '@nuxt/ui/runtime/vue/plugins/icons.js';
import { VueQueryPlugin } from '@tanstack/vue-query';
import { createApp } from 'vue';
import App from './app/App.vue';
import { currentLanguage, i18n, showLanguage } from './app/language.ts';
import { queryClient } from './app/reading.ts';
import { router } from './app/router.ts';
import './app/main.css';

await showLanguage(currentLanguage());
createApp(App).use(i18n).use(router).use(VueQueryPlugin, { queryClient }).use(icons).mount('#app');
