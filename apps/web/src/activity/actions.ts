import { type EventType, eventTypes, isOverRows } from '@clientele/domain';

/** The groups in which the actions of the log are offered, by the noun of their event. */
export const actionGroups = ['customers', 'invitations', 'relationships', 'subscriptions', 'mails', 'operations', 'partner'] as const;
export type ActionGroup = (typeof actionGroups)[number];

const groupOfNoun: Record<string, ActionGroup> = {
  customer: 'customers',
  customer_user: 'customers',
  agreement: 'customers',
  support_contact: 'customers',
  invitation: 'invitations',
  relationship: 'relationships',
  delegated_admin: 'relationships',
  subscription: 'subscriptions',
  mail: 'mails',
  operation: 'operations',
  job: 'operations',
  partner: 'partner',
  partner_user: 'partner',
};

function groupOf(type: EventType): ActionGroup {
  return groupOfNoun[type.split('.')[0] ?? ''] ?? 'partner';
}

/** Every action under its group, in the domain's order. */
export const groupedActions: { group: ActionGroup; types: EventType[] }[] = actionGroups.map((group) => ({
  group,
  types: eventTypes.filter((type) => groupOf(type) === group),
}));

const icons: Record<ActionGroup, string> = {
  customers: 'i-lucide-building-2',
  invitations: 'i-lucide-mail-question-mark',
  relationships: 'i-lucide-handshake',
  subscriptions: 'i-lucide-package',
  mails: 'i-lucide-mail',
  operations: 'i-lucide-list-checks',
  partner: 'i-lucide-user-cog',
};
export function iconOf(type: EventType): string {
  return icons[groupOf(type)];
}

/** Records for which there is a fuller sentence when a fact is there: type -> fact -> the key that is put behind the sentence's. */
export const variants = {
  'invitation.created': ['with_admin', 'reinstate', 'reinstate_with_admin'],
  'invitation.accepted': ['with_admin'],
  'invitation.declined': ['with_reason'],
  'relationship.established': ['with_admin'],
  'relationship.reinstated': ['with_admin'],
  'operation.queued': ['over_rows'],
  'operation.succeeded': ['over_rows'],
  'operation.failed': ['over_rows'],
  'operation.cancelled': ['over_rows'],
  'operation.paused': ['over_rows'],
  'operation.resumed': ['over_rows'],
} as const satisfies Partial<Record<EventType, readonly string[]>>;

/** The key of the sentence of one record. */
export function sentenceKey(type: EventType, data: Record<string, unknown>): string {
  const ending = (() => {
    if (type === 'invitation.created')
      return [...(data.purpose === 'reinstate' ? ['reinstate'] : []), ...(data.delegatedAdmin === true ? ['with_admin'] : [])].join('_');
    if (type === 'invitation.declined') return data.hasReason === true ? 'with_reason' : '';
    // Work over many customers is not for one of them.
    if (type.startsWith('operation.')) return isOverRows(String(data.kind)) ? 'over_rows' : '';
    return type in variants && data.delegatedAdmin === true ? 'with_admin' : '';
  })();
  return `activity.events.${type}${ending ? `_${ending}` : ''}`;
}
