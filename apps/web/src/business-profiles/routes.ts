import type { RouteRecordRaw } from 'vue-router';

export const routes: RouteRecordRaw[] = [
  {
    path: '/business-profile/:country([A-Z]{2})?',
    component: () => import('./BusinessProfilePage.vue'),
    meta: { title: 'business-profiles.title', permission: 'business-profiles.see' },
    props: true,
  },
];
