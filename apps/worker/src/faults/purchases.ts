import { illegal, nothing } from './model.ts';
import type { Act } from './plan.ts';
import type { Scene } from './scene.ts';

const changes = {
  suspend: { from: 'active', to: 'suspended', event: 'subscription.suspended', command: 'suspend' },
  reactivate: { from: 'suspended', to: 'active', event: 'subscription.reactivated', command: 'reactivate' },
  'cancel-subscription': { from: 'suspended', to: 'cancelled', event: 'subscription.cancelled', command: 'cancel' },
} as const;

/** What a customer buys: it blocks the end of its relationship. */
export function createPurchaseActs({ installation, model, told, seenPair, act }: Scene) {
  const { sql } = installation.portal;

  async function subscribe({ usage, ...at }: Act<'subscribe'>): Promise<void> {
    const pair = await seenPair(at);
    if (!pair.customerId) return told('  no such customer');
    const order = { customerId: pair.customerId, productId: usage ? 'azure-plan' : 'm365-business-basic', quantity: 1 };
    await act(pair, 'POST', `/api/customers/${pair.customerId}/subscriptions`, order, (body) =>
      model.ofRelationship(pair, (state) => {
        if (state !== 'active') return illegal('relationship');
        const add = () => {
          pair.subscriptions.push({ id: body.id, usage, state: 'active' });
          model.count(pair, 'subscription.added');
        };
        return [{ says: pair.agreement ? 'done' : 'validation_failed:agreement_first', effect: pair.agreement ? add : nothing }];
      }),
    );
  }

  async function changeSubscription({ do: what, which, ...at }: Act<keyof typeof changes>): Promise<void> {
    const pair = await seenPair(at);
    const subscription = pair.subscriptions[which % Math.max(1, pair.subscriptions.length)];
    if (!pair.customerId || !subscription) return told('  no such subscription');
    const { from, to, event, command: word } = changes[what as keyof typeof changes];
    await act(
      pair,
      'POST',
      `/api/customers/${pair.customerId}/subscriptions/${subscription.id}/${word}`,
      { customerId: pair.customerId },
      () =>
        model.ofRelationship(pair, (state) => {
          if (!(state === 'active' || (state === 'ending' && word !== 'reactivate'))) return illegal('relationship');
          if (subscription.state !== from) return illegal('subscription');
          const isPrepaid = pair.purchases.some((purchase) => purchase.state === 'active' && purchase.subscriptionId === subscription.id);
          if (word === 'cancel' && isPrepaid) return [{ says: 'blocked', effect: nothing }];
          const change = () => {
            subscription.state = to;
            model.count(pair, event);
          };
          return [{ says: 'done', effect: change }];
        }),
    );
  }

  async function buy({ reservation, ...at }: Act<'buy'>): Promise<void> {
    const pair = await seenPair(at);
    if (!pair.customerId) return told('  no such customer');
    const order = { customerId: pair.customerId, productId: reservation ? 'vm-reservation-1y' : 'windows-server-2025', quantity: 1 };
    const bought = await act(pair, 'POST', `/api/customers/${pair.customerId}/purchases`, order, (body) =>
      model.ofRelationship(pair, (state) => {
        if (state !== 'active') return illegal('relationship');
        if (!pair.agreement) return [{ says: 'validation_failed:agreement_first', effect: nothing }];
        if (reservation && !pair.subscriptions.some(({ usage, state: is }) => usage && is === 'active'))
          return [{ says: 'validation_failed:usage_subscription_first', effect: nothing }];
        const add = () => {
          pair.purchases.push({ id: body.id, usage: false, state: 'active' });
          model.count(pair, 'purchase.made');
        };
        return [{ says: 'done', effect: add }];
      }),
    );
    if (!bought) return;
    const [row] = await sql`select subscription_id from purchases where id = ${bought.id}`;
    const added = pair.purchases.at(-1);
    if (added) added.subscriptionId = row?.subscription_id;
  }

  async function cancelPurchase({ which, ...at }: Act<'cancel-purchase'>): Promise<void> {
    const pair = await seenPair(at);
    const purchase = pair.purchases[which % Math.max(1, pair.purchases.length)];
    if (!pair.customerId || !purchase) return told('  no such purchase');
    await act(pair, 'POST', `/api/customers/${pair.customerId}/purchases/${purchase.id}/cancel`, { customerId: pair.customerId }, () =>
      model.ofRelationship(pair, (state) => {
        if (state !== 'active' && state !== 'ending') return illegal('relationship');
        if (purchase.state !== 'active') return illegal('purchase');
        const cancel = () => {
          purchase.state = 'cancelled';
          model.count(pair, 'purchase.cancelled');
        };
        return [{ says: 'done', effect: cancel }];
      }),
    );
  }

  return { subscribe, changeSubscription, buy, cancelPurchase };
}
