import { type AsyncComponentLoader, type Component, defineAsyncComponent, h } from 'vue';

/** Where a section will stand, until its chunk is here. */
const Placeholder = () => h('div', { class: 'h-44 animate-pulse rounded-md bg-elevated', 'aria-busy': 'true' });
const section = (loader: AsyncComponentLoader) => defineAsyncComponent({ loader, loadingComponent: Placeholder, delay: 0 });

/** The sections of the settings, in the order of their tabs: each has an address (`/settings/<name>`) and a chunk of its own. */
export const sections = {
  invitations: section(() => import('./InvitationsSection.vue')),
  templates: section(() => import('./TemplatesSection.vue')),
  'sending-mail': section(() => import('../sending/SendingMailSection.vue')),
  suppressions: section(() => import('./SuppressionsSection.vue')),
  relationships: section(() => import('./RelationshipsSection.vue')),
  users: section(() => import('../partner-users/UsersSection.vue')),
  'sign-in': section(() => import('../sign-in-providers/SignInSection.vue')),
  access: section(() => import('../access/AccessSection.vue')),
  'api-keys': section(() => import('../api-keys/ApiKeysSection.vue')),
  activity: section(() => import('./ActivitySection.vue')),
} as const satisfies Record<string, Component>;

export type Section = keyof typeof sections;
export const sectionNames = Object.keys(sections) as Section[];
export const firstSection: Section = 'invitations';
