import { listProviderRequests } from '@clientele/contracts';
import type { Permission } from '@clientele/domain';
import { type ComputedRef, computed } from 'vue';
import { useI18n } from 'vue-i18n';
import { useSentences } from './problems.ts';
import { useRead } from './reading.ts';
import { useSession } from './session.ts';

export interface Place {
  key: string;
  label: string;
  icon: string;
  to: string;
  /** The second key after `g`. */
  letter?: string;
  /** How much waits there for somebody; nothing is shown for none. */
  waiting?: number | undefined;
  /** Why it is off; undefined when it is on. */
  off?: string | undefined;
}

/** The places of the frame: what is there, and what is off and why. */
export function usePlaces(): { main: ComputedRef<Place[]>; below: ComputedRef<Place[]> } {
  const { t } = useI18n();
  const { session, may, offers } = useSession();
  const { reasonSentence } = useSentences();

  const place = (key: string, icon: string, to: string, permission?: Permission, letter?: string): Place => {
    const answer = permission ? may(permission) : { allowed: true as const };
    return {
      key,
      label: t(`app.nav.${key}`),
      icon,
      to,
      ...(letter ? { letter } : {}),
      off: answer.allowed ? undefined : reasonSentence(answer),
    };
  };
  const later = (key: string, icon: string, off = t('app.nav.later')): Place => ({ key, label: t(`app.nav.${key}`), icon, to: '', off });

  const partnerships = () => {
    const isReseller = session.value.partner.type === 'indirect-reseller';
    const off = !offers('partnerships')
      ? t('app.nav.notInCloud')
      : session.value.partner.type === 'direct-partner'
        ? t('app.nav.directPartner')
        : undefined;
    return { ...place(isReseller ? 'indirectProviders' : 'indirectResellers', 'i-lucide-handshake', '/partnerships', undefined, 'r'), off };
  };

  // Only who has partnerships has requests; a direct partner is told so where its resellers would be.
  const hasRequests = () => may('provider-requests.see').allowed;
  const isAsked = () => hasRequests() && session.value.partner.type === 'indirect-provider';
  const requests = useRead(listProviderRequests, { query: { state: 'requested', limit: 1 } }, { enabled: isAsked, staleTime: 60_000 });
  const providerRequests = (): Place => ({
    ...place('providerRequests', 'i-lucide-message-square-share', '/provider-requests', 'provider-requests.see', 'e'),
    waiting: requests.data.value?.total.count,
  });

  const main = computed(() => [
    place('overview', 'i-lucide-layout-dashboard', '/', undefined, 'h'),
    place('customers', 'i-lucide-building-2', '/customers', 'customers.see', 'c'),
    place('invitations', 'i-lucide-mail', '/invitations', 'invitations.see', 'i'),
    offers('leads')
      ? place('leads', 'i-lucide-sparkles', '/leads', 'leads.see', 'l')
      : later('leads', 'i-lucide-sparkles', t('app.nav.notInCloud')),
    partnerships(),
    place('orders', 'i-lucide-shopping-cart', '/orders', 'orders.see', 'b'),
    ...(hasRequests() ? [providerRequests()] : []),
    place('operations', 'i-lucide-list-checks', '/operations', 'operations.see', 'o'),
    place('activity', 'i-lucide-history', '/activity', 'activity.see', 'a'),
  ]);
  const below = computed(() => [
    place('imports', 'i-lucide-file-up', '/imports', 'customers.see', 'm'),
    place('queue', 'i-lucide-layers', '/queue', 'queues.see', 'q'),
    offers('business-profile')
      ? place('businessProfile', 'i-lucide-id-card', '/business-profile', 'business-profiles.see', 'b')
      : later('businessProfile', 'i-lucide-id-card', t('app.nav.notInCloud')),
    place('settings', 'i-lucide-settings', '/settings', undefined, 's'),
  ]);
  return { main, below };
}
