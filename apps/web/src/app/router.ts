import type { Permission } from '@clientele/domain';
import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router';
import { routes as activity } from '../activity/routes.ts';
import { routes as businessProfiles } from '../business-profiles/routes.ts';
import { routes as customers } from '../customers/routes.ts';
import { routes as delegatedAdmin } from '../delegated-admin/routes.ts';
import { routes as imports } from '../imports/routes.ts';
import { routes as invitations } from '../invitations/routes.ts';
import { routes as leads } from '../leads/routes.ts';
import { routes as operations } from '../operations/routes.ts';
import { routes as orders } from '../orders/routes.ts';
import { routes as overview } from '../overview/routes.ts';
import { routes as partnerUsers } from '../partner-users/routes.ts';
import { routes as partners } from '../partners/routes.ts';
import { routes as partnerships } from '../partnerships/routes.ts';
import { routes as passwordLinks } from '../password-links/routes.ts';
import { routes as providerRequests } from '../provider-requests/routes.ts';
import { routes as queues } from '../queues/routes.ts';
import { routes as relationships } from '../relationships/routes.ts';
import { routes as secondFactors } from '../second-factors/routes.ts';
import { routes as settings } from '../settings/routes.ts';
import { onSignedOut } from './api.ts';
import { i18n } from './language.ts';
import { queryClient } from './reading.ts';
import { forgetSession, isHalfSignedIn, isSetupRequired, readSession, signedIn } from './session.ts';

declare module 'vue-router' {
  interface RouteMeta {
    /** The key of the page's title. */
    title: string;
    /** Who may see the page; a page without one is for everybody who is signed in. */
    permission?: Permission;
    /** Shown without the frame, to people who are not signed in. */
    open?: boolean;
  }
}

const routes: RouteRecordRaw[] = [
  ...partners,
  ...secondFactors,
  ...passwordLinks,
  ...partnerUsers,
  ...overview,
  // Before the customers, whose pages have any other word there.
  ...delegatedAdmin,
  ...customers,
  ...imports,
  ...invitations,
  ...leads,
  ...relationships,
  ...orders,
  ...partnerships,
  ...providerRequests,
  ...operations,
  ...activity,
  ...queues,
  ...businessProfiles,
  ...settings,
  { path: '/:rest(.*)*', component: () => import('./NoSuchPage.vue'), meta: { title: 'app.noSuchPage.title' } },
];

export const router = createRouter({
  history: createWebHistory(),
  routes,
  scrollBehavior: (to, from, saved) => saved ?? (to.path === from.path ? false : { top: 0 }),
});

router.beforeEach(async (to) => {
  if (to.meta.open) {
    // While there is no partner, every way leads to the set-up; later it opens at its address, for who has a code for one more.
    const needed = await isSetupRequired().catch(() => false);
    if (needed && to.path !== '/setup') return '/setup';
    if (signedIn.value && to.path === '/sign-in') return '/';
    return true;
  }
  if (!signedIn.value && !(await readSession())) {
    if (await isSetupRequired().catch(() => false)) return '/setup';
    return { path: isHalfSignedIn() ? '/second-factor' : '/sign-in', ...(to.fullPath === '/' ? {} : { query: { to: to.fullPath } }) };
  }
  return true;
});

router.afterEach((to) => {
  document.title = `${i18n.global.t(to.meta.title)} · Clientele`;
});

// After a new release the old chunks are gone: load the page anew instead of leaving a click without an effect.
router.onError((error, to) => {
  if (/dynamically imported module|module script failed/i.test(String(error)) && !sessionStorage.getItem('reloaded-for-release')) {
    sessionStorage.setItem('reloaded-for-release', '1');
    location.assign(to.fullPath);
  }
});
router
  .isReady()
  .then(() => sessionStorage.removeItem('reloaded-for-release'))
  .catch(() => {});

/** Leaves the account: nothing of it stays on the screen or in memory. */
export async function leave(to?: string, path = '/sign-in'): Promise<void> {
  forgetSession();
  queryClient.clear();
  await router.push({ path, ...(to ? { query: { to } } : {}) });
}

onSignedOut((end) => {
  const { fullPath, meta } = router.currentRoute.value;
  if (!meta.open) void leave(fullPath, end === 'half' ? '/second-factor' : '/sign-in');
});
