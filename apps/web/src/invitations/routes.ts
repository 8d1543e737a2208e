import type { RouteRecordRaw } from 'vue-router';

export const routes: RouteRecordRaw[] = [
  {
    path: '/invitations/new',
    component: () => import('./NewInvitationPage.vue'),
    meta: { title: 'invitations.new.title', permission: 'invitations.send' },
  },
  {
    path: '/invitations/many',
    component: () => import('./InviteManyPage.vue'),
    meta: { title: 'invitations.many.title', permission: 'invitations.send' },
  },
  {
    path: '/invitations',
    component: () => import('./InvitationsPage.vue'),
    meta: { title: 'invitations.list.title', permission: 'invitations.see' },
    // One invitation opens beside the list and has its own address.
    children: [
      { path: ':invitationId', component: () => import('./InvitationPanel.vue'), meta: { title: 'invitations.one.title' }, props: true },
    ],
  },
];
