import type { RouteRecordRaw } from 'vue-router';

export const routes: RouteRecordRaw[] = [
  { path: '/settings/sending-mail', component: () => import('./SendingMailPage.vue'), meta: { title: 'sending.title' } },
];
