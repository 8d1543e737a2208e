import type { RouteRecordRaw } from 'vue-router';

export const routes: RouteRecordRaw[] = [
  { path: '/setup', component: () => import('./SetUpPage.vue'), meta: { title: 'partners.setUp.title', open: true } },
  { path: '/sign-in', component: () => import('./SignInPage.vue'), meta: { title: 'partners.signIn.title', open: true } },
  { path: '/account', component: () => import('./AccountPage.vue'), meta: { title: 'partners.account.title' } },
];
