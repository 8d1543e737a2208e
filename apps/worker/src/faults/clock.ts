import type { Installation } from './installation.ts';
import type { Model, Pair } from './model.ts';
import { patiently } from './patience.ts';
import type { Act } from './plan.ts';
import type { Scene } from './scene.ts';

/** Whether delegated admin whose time is over has been taken away; true when there is none such. */
export async function seeExpired({ portal }: Installation, model: Model, pair: Pair): Promise<boolean> {
  if (!pair.isExpiring) return true;
  const [row] = await portal.sql`select delegated_admin from customers where id = ${pair.customerId}`;
  if (row?.delegated_admin) return false;
  pair.isExpiring = false;
  pair.delegatedAdmin = false;
  model.count(pair, 'delegated_admin.taken_away');
  // The customer, and each of the partner's people; those are told of several customers at once, perhaps.
  model.count(pair, 'mail.queued', 1, 2);
  return true;
}

/** Time goes by: what waits for a moment is moved to before it, which is the same. */
export function createClockActs(scene: Scene) {
  const { installation, model, told } = scene;
  const { sql } = installation.portal;

  async function seeDue(pair: Pair): Promise<void> {
    await patiently('delegated admin whose time is over is taken away', async () => {
      if (await seeExpired(installation, model, pair)) return true;
      await scene.strike('worker-back');
      return false;
    });
  }

  /** The moment of the next reminder has come, if there is to be one. */
  async function daysPass({ invitation: number }: Act<'days-pass'>): Promise<void> {
    const invitation = scene.invitationOf(number);
    if (!invitation) return told('  no such invitation');
    const moved = await sql`update invitations set next_reminder_at = now() - interval '1 second'
      where id = ${invitation.id} and state = 'pending' and next_reminder_at > now() returning id`;
    told(moved.length > 0 ? '  a reminder is due' : '  none is planned');
    invitation.remindersDue += moved.length;
  }

  async function timeRunsOut(at: Act<'time-runs-out'>): Promise<void> {
    const pair = await scene.seenPair(at);
    if (!pair.delegatedAdmin || pair.relationship !== 'active' || pair.planned) return told('  nothing runs out');
    await sql`update customers set delegated_admin_until = now() - interval '1 second' where id = ${pair.customerId}`;
    pair.isExpiring = true;
    told('  its time is over');
  }

  return { seeDue, daysPass, timeRunsOut };
}
