import type { BodyOf, CustomerSelection } from '@clientele/contracts';
import { bulkCustomers } from '@clientele/contracts';
import type { Permission } from '@clientele/domain';
import { call } from '../app/api.ts';
import { refresh } from '../app/reading.ts';
import { useOperationToast } from './useOperationToast.ts';

export type BulkOrder = BodyOf<typeof bulkCustomers>;
export type BulkActionName = BulkOrder['action'];

/** What a bulk bar offers, in its order: the icon, and what a person needs for it (`may(permission)` is the `allowed` of its button). */
export const bulkActions: readonly { action: BulkActionName; icon: string; permission: Permission }[] = [
  { action: 'tag', icon: 'i-lucide-tag', permission: 'customers.edit' },
  { action: 'untag', icon: 'i-lucide-tags', permission: 'customers.edit' },
  { action: 'suspend-subscriptions', icon: 'i-lucide-circle-pause', permission: 'subscriptions.support' },
  { action: 'invite', icon: 'i-lucide-send', permission: 'invitations.send' },
  { action: 'end', icon: 'i-lucide-unlink', permission: 'relationship.end' },
  { action: 'extend-delegated-admin', icon: 'i-lucide-calendar-plus', permission: 'delegated-admin.request' },
  { action: 'export', icon: 'i-lucide-download', permission: 'customers.export' },
];

/** How many customers a selection means, for the words of the dialog: the number of the list, which may be an estimate. */
export interface SelectedCount {
  count: number;
  estimated: boolean;
}

/** Starts work over many customers and follows it in a toast. Throws what the server refuses. */
export function useBulk(): (order: BulkOrder) => Promise<void> {
  const follow = useOperationToast();
  return async (order) => {
    const { id } = await call(bulkCustomers, { body: order });
    follow(id);
    await refresh(['Operations']);
  };
}

export type { CustomerSelection };
