import type { RouteRecordRaw } from 'vue-router';

export const routes: RouteRecordRaw[] = [
  {
    path: '/customers/expiries',
    component: () => import('./ExpiriesPage.vue'),
    meta: { title: 'delegated-admin.calendar.title', permission: 'customers.see' },
  },
];
