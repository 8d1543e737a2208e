import type { RouteRecordRaw } from 'vue-router';

export const routes: RouteRecordRaw[] = [
  { path: '/orders', component: () => import('./OrdersPage.vue'), meta: { title: 'orders.title', permission: 'orders.see' } },
];
