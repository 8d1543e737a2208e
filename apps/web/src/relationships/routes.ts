import type { RouteRecordRaw } from 'vue-router';

export const routes: RouteRecordRaw[] = [
  {
    path: '/planned-ends',
    component: () => import('./PlannedEndsPage.vue'),
    meta: { title: 'relationships.list.title', permission: 'customers.see' },
  },
];
