import type { RouteRecordRaw } from 'vue-router';

export const routes: RouteRecordRaw[] = [
  {
    path: '/customers',
    component: () => import('./CustomersPage.vue'),
    meta: { title: 'customers.list.title', permission: 'customers.see' },
  },
  {
    path: '/customers/new',
    component: () => import('./AddCustomerPage.vue'),
    meta: { title: 'customers.add.title', permission: 'customers.add' },
  },
  {
    path: '/customers/:customerId',
    component: () => import('./CustomerPage.vue'),
    meta: { title: 'customers.one.title', permission: 'customers.see' },
    props: true,
  },
];
