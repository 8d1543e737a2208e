import type { RouteRecordRaw } from 'vue-router';

export const routes: RouteRecordRaw[] = [
  { path: '/activity', component: () => import('./ActivityPage.vue'), meta: { title: 'activity.page.title', permission: 'activity.see' } },
];
