import { illegal, nothing, type Outcome } from './model.ts';
import type { Act } from './plan.ts';
import type { Scene } from './scene.ts';

/** Asking a customer for delegated admin, or for more of it. */
export function createDelegatedAdminActs(scene: Scene) {
  const { model, told } = scene;

  async function ask({ invitation, ...at }: Act<'ask-admin'>): Promise<void> {
    const pair = await scene.seenPair(at);
    if (!pair.customerId) return told('  no such customer');
    const email = pair.contact;
    const body = { customerId: pair.customerId, days: 90, message: '' };
    await scene.act(pair, 'POST', `/api/customers/${pair.customerId}/delegated-admin/request`, body, (made) =>
      model.ofRelationship(pair, (state): Outcome[] => {
        if (state !== 'active') return illegal('delegated admin');
        const add = () => model.addInvitation(invitation, { id: made.id, pair, email, delegatedAdmin: true, ...adminOnly });
        const outcomes = model.sending(pair, email, add);
        const held = model.heldByQuestion(pair);
        return [
          ...outcomes.filter(({ says }) => says !== 'done' || held !== true),
          ...(held ? [{ says: 'validation_failed:already_invited', effect: nothing }] : []),
        ];
      }),
    );
  }

  return { ask };
}

const adminOnly = { isAttached: false, isAdminOnly: true } as const;
