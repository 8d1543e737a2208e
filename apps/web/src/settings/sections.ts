import { type Component, defineAsyncComponent } from 'vue';

/** The sections of the settings, in the order of their tabs: each has an address (`/settings/<name>`) and a chunk of its own. */
export const sections = {
  invitations: defineAsyncComponent(() => import('./InvitationsSection.vue')),
  templates: defineAsyncComponent(() => import('./TemplatesSection.vue')),
  'sending-mail': defineAsyncComponent(() => import('../sending/SendingMailSection.vue')),
  relationships: defineAsyncComponent(() => import('./RelationshipsSection.vue')),
  activity: defineAsyncComponent(() => import('./ActivitySection.vue')),
  suppressions: defineAsyncComponent(() => import('./SuppressionsSection.vue')),
} as const satisfies Record<string, Component>;

export type Section = keyof typeof sections;
export const sectionNames = Object.keys(sections) as Section[];
export const firstSection: Section = 'invitations';
