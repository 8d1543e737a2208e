import type { RouteRecordRaw } from 'vue-router';

export const routes: RouteRecordRaw[] = [
  {
    path: '/operations',
    component: () => import('./OperationsPage.vue'),
    meta: { title: 'operations.list.title', permission: 'operations.see' },
  },
  {
    path: '/operations/:operationId',
    component: () => import('./OperationPage.vue'),
    meta: { title: 'operations.one.title', permission: 'operations.see' },
    props: true,
  },
];
