import type { RouteRecordRaw } from 'vue-router';

export const routes: RouteRecordRaw[] = [
  { path: '/lost-password', component: () => import('./LostPasswordPage.vue'), meta: { title: 'password-links.ask.title', open: true } },
  {
    path: '/new-password/:token',
    component: () => import('./NewPasswordPage.vue'),
    props: true,
    meta: { title: 'password-links.choose.title', open: true },
  },
];
