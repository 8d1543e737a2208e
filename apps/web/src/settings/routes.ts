import type { RouteRecordRaw } from 'vue-router';
import { firstSection } from './sections.ts';

export const routes: RouteRecordRaw[] = [
  { path: '/settings', redirect: `/settings/${firstSection}` },
  { path: '/settings/:section', component: () => import('./SettingsPage.vue'), meta: { title: 'settings.title' }, props: true },
];
