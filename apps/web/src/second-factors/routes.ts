import type { RouteRecordRaw } from 'vue-router';

export const routes: RouteRecordRaw[] = [
  { path: '/second-factor', component: () => import('./SecondFactorPage.vue'), meta: { title: 'second-factors.give.title', open: true } },
];
