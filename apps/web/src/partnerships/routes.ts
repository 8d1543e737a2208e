import type { RouteRecordRaw } from 'vue-router';

export const routes: RouteRecordRaw[] = [
  {
    path: '/partnerships',
    component: () => import('./PartnershipsPage.vue'),
    meta: { title: 'partnerships.list.title', permission: 'partnerships.see' },
  },
  {
    path: '/partnerships/new',
    component: () => import('./NewPartnershipPage.vue'),
    meta: { title: 'partnerships.new.title', permission: 'partnerships.invite' },
  },
  {
    path: '/partnerships/:partnershipId',
    component: () => import('./PartnershipPage.vue'),
    meta: { title: 'partnerships.one.title', permission: 'partnerships.see' },
    props: true,
  },
];
