import { type EventGroup, type EventType, eventGroupOf, eventGroups, eventTypesOf, isOverRows } from '@clientele/domain';

/** Every action under its group, in the domain's order. */
export const groupedActions: { group: EventGroup; types: EventType[] }[] = eventGroups.map((group) => ({
  group,
  types: eventTypesOf(group),
}));

const icons: Record<EventGroup, string> = {
  customers: 'i-lucide-building-2',
  invitations: 'i-lucide-mail-question-mark',
  relationships: 'i-lucide-link',
  partnerships: 'i-lucide-handshake',
  subscriptions: 'i-lucide-package',
  mails: 'i-lucide-mail',
  operations: 'i-lucide-list-checks',
  partner: 'i-lucide-user-cog',
};
export function iconOf(type: EventType): string {
  return icons[eventGroupOf(type)];
}

/** Records for which there is a fuller sentence when a fact is there: type -> fact -> the key that is put behind the sentence's. */
export const variants = {
  'customer.created': ['with_reseller'],
  'partnership.accepted': ['other'],
  'partnership.removed': ['other'],
  'invitation.created': ['partnership', 'admin', 'with_admin', 'reinstate', 'reinstate_with_admin'],
  'invitation.accepted': ['with_admin'],
  'invitation.declined': ['with_reason'],
  'relationship.established': ['with_admin'],
  'relationship.reinstated': ['with_admin'],
  'mail.queued': ['test', 'user'],
  'mail.sent': ['test', 'user'],
  'mail.deferred': ['test', 'user'],
  'mail.bounced': ['report', 'test', 'user'],
  'mail.failed': ['report', 'test', 'user'],
  'mail.delayed': ['test', 'user'],
  'relationship.end_planned': ['approval'],
  'operation.queued': ['over_rows'],
  'operation.succeeded': ['over_rows'],
  'operation.failed': ['over_rows'],
  'operation.cancelled': ['over_rows'],
  'operation.paused': ['over_rows', 'approval'],
  'operation.resumed': ['over_rows', 'approval'],
} as const satisfies Partial<Record<EventType, readonly string[]>>;

/** The key of the sentence of one record. */
export function sentenceKey(type: EventType, data: Record<string, unknown>): string {
  const ending = (() => {
    if (type === 'customer.created') return typeof data.reseller === 'string' ? 'with_reseller' : '';
    if (type === 'invitation.created' && data.purpose === 'delegated-admin') return 'admin';
    if (type === 'invitation.created' && data.purpose === 'partnership') return 'partnership';
    if (type.startsWith('partnership.') && data.by === 'other') return 'other';
    if (type === 'invitation.created')
      return [...(data.purpose === 'reinstate' ? ['reinstate'] : []), ...(data.delegatedAdmin === true ? ['with_admin'] : [])].join('_');
    if (type === 'invitation.declined') return data.hasReason === true ? 'with_reason' : '';
    if (data.kind === 'test_mail' && type.startsWith('mail.')) return 'test';
    if (String(data.kind).startsWith('partner_user_') && type.startsWith('mail.')) return 'user';
    if (data.learned === 'report') return 'report';
    if (data.waiting === 'approval' || data.approval === true) return 'approval';
    // Work over many customers is not for one of them.
    if (type.startsWith('operation.')) return isOverRows(String(data.kind)) ? 'over_rows' : '';
    return type in variants && data.delegatedAdmin === true ? 'with_admin' : '';
  })();
  return `activity.events.${type}${ending ? `_${ending}` : ''}`;
}
