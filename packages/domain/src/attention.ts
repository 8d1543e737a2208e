import type { CloudFeature } from './clouds.ts';
import type { Permission } from './roles.ts';

/** Something that waits for a person: who sees it, who can do something about it, and what the cloud must offer. */
interface AttentionKind {
  see: Permission;
  act: Permission;
  feature?: CloudFeature;
}

/**
 * What can need somebody, the most urgent first. A new kind is a line here, its read in packages/services/src/overview/attention.ts, and its look and its sentence in
 * apps/web/src/overview: each of the three does not compile without the line.
 */
export const attentionKinds = {
  'operation-failed': { see: 'operations.see', act: 'operations.see' },
  'end-approval': { see: 'customers.see', act: 'relationship.end' },
  'end-held-up': { see: 'customers.see', act: 'subscriptions.manage' },
  'hand-over': { see: 'invitations.see', act: 'invitations.send' },
  'order-waiting': { see: 'orders.see', act: 'orders.decide' },
  'provider-request': { see: 'provider-requests.see', act: 'provider-requests.see', feature: 'partnerships' },
  'lead-urgent': { see: 'leads.see', act: 'leads.manage', feature: 'leads' },
  'lead-running-out': { see: 'leads.see', act: 'leads.manage', feature: 'leads' },
  'mail-undelivered': { see: 'invitations.see', act: 'invitations.send' },
  'operation-paused': { see: 'operations.see', act: 'operations.see' },
  'delegated-admin-ending': { see: 'customers.see', act: 'delegated-admin.request' },
  'invitation-running-out': { see: 'invitations.see', act: 'invitations.send' },
  'invitation-unanswered': { see: 'invitations.see', act: 'invitations.send' },
  'api-key-ending': { see: 'partner.manage', act: 'partner.manage' },
} as const satisfies Record<string, AttentionKind>;

export type AttentionName = keyof typeof attentionKinds;
export const attentionNames = Object.keys(attentionKinds) as [AttentionName, ...AttentionName[]];

/** What a kind asks for, whichever it is. */
export const attentionKind = (name: AttentionName): AttentionKind => attentionKinds[name];

/** From how many days before its end on something is worth a line. */
export const attentionDays = { delegatedAdmin: 14, invitation: 3, unanswered: 7, apiKey: 14, lead: 3 } as const;
