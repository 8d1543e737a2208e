import type { Context } from '@clientele/db';
import { access, type Grantee, type Permission, Refusal, type Role, requirePermission } from '@clientele/domain';

/** Whether an act is possible, with the reason when not; goes out with every row so that no screen repeats a rule. */
export type Allowed =
  | { allowed: true }
  | {
      allowed: false;
      reason: 'role' | 'partner_type' | 'state' | 'blocked' | 'cloud' | 'agreement_missing' | 'own_request' | 'last_global_admin';
      needs?: Role[];
      grantedBy?: Role;
      state?: string;
    };

/** Who is asking, as far as rules need to know. A job or customer has no roles. */
export function grantee(ctx: Context): Grantee {
  return { roles: 'roles' in ctx.actor ? ctx.actor.roles : [], partnerType: ctx.partner.type, cloud: ctx.partner.cloud };
}

/** Throws `forbidden`, naming the missing role and who grants it, unless the actor has the permission. */
export function demand(ctx: Context, permission: Permission): void {
  requirePermission(grantee(ctx), permission);
}

/** The answer for one act: the role is asked first, then the state. */
export function allow(ctx: Context, permission: Permission, possible: boolean, state: string): Allowed {
  const answer = access(grantee(ctx), permission);
  if (!answer.allowed)
    return answer.reason === 'role'
      ? { allowed: false, reason: 'role', needs: [...answer.needs], grantedBy: answer.grantedBy }
      : { allowed: false, reason: answer.reason, ...('state' in answer && answer.state ? { state: answer.state } : {}) };
  return possible ? { allowed: true } : { allowed: false, reason: 'state', state };
}

/** The partner user that this is done for: who is signed in, or who has made the API key. Jobs and customers have none. */
export function userIdOf(ctx: Context): string {
  if (ctx.actor.kind === 'api-key') return ctx.actor.createdBy;
  if (ctx.actor.kind !== 'partner-user') throw new Refusal('unauthenticated', 'Sign in first.');
  return ctx.actor.id;
}

/** The name of who does it, as a person or a key is called; empty for jobs and customers. */
export const actorName = (ctx: Context): string => ('name' in ctx.actor ? ctx.actor.name : '');
