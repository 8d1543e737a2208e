import type { RouteRecordRaw } from 'vue-router';

export const routes: RouteRecordRaw[] = [
  { path: '/leads/new', component: () => import('./NewLeadPage.vue'), meta: { title: 'leads.new.title', permission: 'leads.manage' } },
  {
    path: '/leads',
    component: () => import('./LeadsPage.vue'),
    meta: { title: 'leads.title', permission: 'leads.see' },
    // One lead opens beside the board and has its own address.
    children: [{ path: ':leadId', component: () => import('./LeadPanel.vue'), meta: { title: 'leads.one' }, props: true }],
  },
];
