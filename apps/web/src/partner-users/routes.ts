import type { RouteRecordRaw } from 'vue-router';

export const routes: RouteRecordRaw[] = [
  { path: '/join/:token', component: () => import('./JoinPage.vue'), meta: { title: 'partner-users.join.title', open: true }, props: true },
];
