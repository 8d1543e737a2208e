import type { RouteRecordRaw } from 'vue-router';

export const routes: RouteRecordRaw[] = [
  { path: '/queue', component: () => import('./QueuePage.vue'), meta: { title: 'queues.title', permission: 'queues.see' } },
  { path: '/settings/queue', redirect: '/queue' },
];
