import type { RouteRecordRaw } from 'vue-router';

export const routes: RouteRecordRaw[] = [
  {
    path: '/provider-requests',
    component: () => import('./ProviderRequestsPage.vue'),
    meta: { title: 'provider-requests.list.title', permission: 'provider-requests.see' },
  },
  {
    path: '/provider-requests/:requestId',
    component: () => import('./ProviderRequestPage.vue'),
    meta: { title: 'provider-requests.list.title', permission: 'provider-requests.see' },
    props: true,
  },
];
