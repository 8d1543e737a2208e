import type { Change } from '@clientele/contracts';
import { changesPath } from '@clientele/contracts';
import { readonly, ref } from 'vue';
import { refresh } from './reading.ts';
import { reviewSession } from './session.ts';

/** Which reads an event can touch, by the noun before its dot. */
const tagsOf: Record<string, readonly string[]> = {
  partner: ['Session', 'Settings', 'Templates'],
  business_profile: ['Business profiles'],
  partner_user: ['Partner users', 'Account', 'Access'],
  api_key: ['API keys'],
  customer: ['Customers', 'Operations', 'Partnerships'],
  customer_user: ['Customers', 'Operations'],
  agreement: ['Customers', 'Subscriptions'],
  subscription: ['Subscriptions', 'Relationships', 'Customers', 'Customer permissions'],
  customer_permission: ['Customer permissions'],
  order: ['Orders', 'Customer permissions', 'Subscriptions', 'Relationships'],
  purchase: ['Subscriptions', 'Relationships'],
  invitation: ['Invitations', 'Customers', 'Delegated admin', 'Partnerships'],
  partnership: ['Partnerships', 'Invitations', 'Customers'],
  relationship: ['Customers', 'Relationships', 'Subscriptions', 'Operations', 'Customer permissions', 'Orders'],
  delegated_admin: ['Customers', 'Relationships', 'Delegated admin'],
  calendar_feed: ['Delegated admin'],
  support_contact: ['Customers', 'Relationships'],
  lead: ['Leads', 'Customers'],
  mail: ['Partner users', 'Invitations', 'Leads', 'Customers', 'Sending mail', 'Suppressions', 'Partnerships'],
  provider_request: ['Provider requests'],
  operation: ['Operations', 'Imports', 'Customers', 'Queue'],
};
const everyTag = [
  'Overview',
  'Customers',
  'Delegated admin',
  'Subscriptions',
  'Customer permissions',
  'Orders',
  'Relationships',
  'Invitations',
  'Partnerships',
  'Leads',
  'Imports',
  'Operations',
  'Activity',
  'Partner users',
  'Account',
  'Access',
  'API keys',
  'Queue',
  'Sending mail',
  'Settings',
  'Templates',
  'Business profiles',
  'Suppressions',
  'Provider requests',
];
const gatherMs = 200;
const pollMs = 5000;

const streaming = ref(true);
/** Whether the live stream stands; false while the screen polls instead. */
export const isLive = readonly(streaming);

/**
 * Follows the live changes until the returned function is called. Many changes in a row are one reading again.
 *
 * Only a page that is looked at holds a stream. A browser gives one address six connections for all of its tabs, so with a stream in each the
 * seventh tab would not even load; and a page that the browser keeps for its Back button would hold its own for good. Who comes back reads again.
 */
export function followChanges(): () => void {
  let source: EventSource | undefined;
  let poll: ReturnType<typeof setInterval> | undefined;
  let reconnect: ReturnType<typeof setTimeout> | undefined;
  let gather: ReturnType<typeof setTimeout> | undefined;
  let hasMissed = false;
  let pending: Change[] = [];

  const flush = () => {
    gather = undefined;
    const changes = pending;
    pending = [];
    // A burst (an import, a bulk run): read every visible list once instead of looking at each change.
    if (changes.length > 30) {
      void refresh(everyTag);
      return;
    }
    // Perhaps what this very person may do: its roles, or whether it is signed in.
    if (changes.some(({ types }) => types.some((type) => type.startsWith('partner_user.')))) void reviewSession();
    for (const change of changes) {
      const tags = new Set(['Activity', 'Overview', ...(change.operationId ? ['Operations'] : [])]);
      for (const type of change.types) for (const tag of tagsOf[type.split('.')[0] ?? ''] ?? everyTag) tags.add(tag);
      void refresh([...tags], change);
    }
  };

  const startPolling = () => {
    streaming.value = false;
    hasMissed = true;
    poll ??= setInterval(() => void refresh(everyTag), pollMs);
  };

  const open = () => {
    if (source && source.readyState !== EventSource.CLOSED) return;
    source = new EventSource(changesPath);
    source.onopen = () => {
      streaming.value = true;
      clearInterval(poll);
      poll = undefined;
      // What happened while there was no stream was not told.
      if (hasMissed) void refresh(everyTag);
      hasMissed = false;
    };
    source.addEventListener('change', (event: MessageEvent<string>) => {
      try {
        pending.push(JSON.parse(event.data) as Change);
      } catch {
        return;
      }
      gather ??= setTimeout(flush, gatherMs);
    });
    source.onerror = () => {
      startPolling();
      // The browser tries again by itself, except after an answer that was no stream.
      if (source?.readyState === EventSource.CLOSED) {
        clearTimeout(reconnect);
        reconnect = setTimeout(open, pollMs);
      }
    };
  };

  const close = () => {
    source?.close();
    source = undefined;
    clearInterval(poll);
    poll = undefined;
    clearTimeout(reconnect);
    hasMissed = true;
  };
  const look = () => (document.visibilityState === 'visible' ? open() : close());

  document.addEventListener('visibilitychange', look);
  window.addEventListener('pagehide', close);
  window.addEventListener('pageshow', look);
  if (document.visibilityState === 'visible') open();
  return () => {
    document.removeEventListener('visibilitychange', look);
    window.removeEventListener('pagehide', close);
    window.removeEventListener('pageshow', look);
    close();
    clearTimeout(gather);
  };
}
