import type { AttentionLine } from '@clientele/contracts';
import type { AttentionName } from '@clientele/domain';

/** How a kind of attention looks, and where its lines and all of it lead. Its sentence and its act stand under the kind's name in the messages. */
interface Look {
  icon: string;
  tone: 'error' | 'warning' | 'info';
  to: (line: AttentionLine) => string;
  all: string;
}

const operation = ({ id }: AttentionLine) => `/operations/${id}`;
const invitation = ({ id }: AttentionLine) => `/invitations/${id}`;
const providerRequest = ({ id }: AttentionLine) => `/provider-requests/${id}`;
const lead = ({ id }: AttentionLine) => `/leads/${id}`;
const relationship = ({ customerId }: AttentionLine) => `/customers/${customerId}?tab=relationship`;

export const looks: Record<AttentionName, Look> = {
  'operation-failed': { icon: 'i-lucide-circle-x', tone: 'error', to: operation, all: '/operations?state=failed' },
  'operation-paused': { icon: 'i-lucide-circle-pause', tone: 'warning', to: operation, all: '/operations?state=paused' },
  'end-approval': { icon: 'i-lucide-users', tone: 'warning', to: relationship, all: '/planned-ends?state=awaiting-approval' },
  'end-held-up': { icon: 'i-lucide-hourglass', tone: 'warning', to: relationship, all: '/planned-ends?state=held-up' },
  'hand-over': { icon: 'i-lucide-user-round-search', tone: 'warning', to: invitation, all: '/invitations?needs=hand-over' },
  'order-waiting': { icon: 'i-lucide-shopping-cart', tone: 'warning', to: () => '/orders', all: '/orders' },
  'provider-request': { icon: 'i-lucide-handshake', tone: 'warning', to: providerRequest, all: '/provider-requests' },
  'lead-urgent': { icon: 'i-lucide-flame', tone: 'error', to: lead, all: '/leads?view=list&urgent=yes' },
  'lead-running-out': { icon: 'i-lucide-sparkles', tone: 'warning', to: lead, all: '/leads?view=list&state=received&order=asc' },
  'mail-undelivered': { icon: 'i-lucide-mail-x', tone: 'error', to: invitation, all: '/invitations?needs=undelivered' },
  'delegated-admin-ending': { icon: 'i-lucide-calendar-clock', tone: 'warning', to: relationship, all: '/customers/expiries' },
  'invitation-running-out': { icon: 'i-lucide-alarm-clock', tone: 'warning', to: invitation, all: '/invitations?needs=running-out' },
  'invitation-unanswered': { icon: 'i-lucide-clock', tone: 'info', to: invitation, all: '/invitations?needs=unanswered' },
  'api-key-ending': { icon: 'i-lucide-key-round', tone: 'warning', to: () => '/settings/api-keys', all: '/settings/api-keys' },
};
