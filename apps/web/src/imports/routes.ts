import type { RouteRecordRaw } from 'vue-router';

export const routes: RouteRecordRaw[] = [
  { path: '/imports', component: () => import('./ImportsPage.vue'), meta: { title: 'imports.list.title', permission: 'customers.see' } },
  {
    path: '/imports/:importId',
    component: () => import('./ImportPage.vue'),
    meta: { title: 'imports.one.title', permission: 'customers.see' },
    props: true,
  },
];
