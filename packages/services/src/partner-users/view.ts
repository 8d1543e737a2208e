import type { Context, DeliveryRecord, PartnerUserInvitationRecord } from '@clientele/db';
import {
  type Colleague,
  commandsOf,
  isLastGlobalAdmin,
  partnerUserInvitationStateAt,
  partnerUserInvitationTransitions,
  partnerUserTransitions,
} from '@clientele/domain';
import { type Allowed, allow } from '../access.ts';
import { viewDelivery } from '../deliveries/view.ts';
import type { PartnerUserRecord } from './load.ts';

/** A partner user as the screens show it. */
export function viewPartnerUser(ctx: Context, people: readonly PartnerUserRecord[], user: PartnerUserRecord) {
  const { id, name, email, language, roles, state, createdAt, lastSignInAt, deactivatedAt, version } = user;
  const commands = commandsOf(partnerUserTransitions, state);
  const possible = (is: boolean) => allow(ctx, 'partner.manage', is, state);
  return {
    ...{ id, name, email, language, roles, state, createdAt, lastSignInAt, deactivatedAt, version },
    deactivatedBy: people.find((one) => one.id === user.deactivatedBy)?.name ?? null,
    secondFactorSince: user.secondFactorSince,
    isSelf: id === ctx.actor.id,
    /** Its roles can be changed, but for the one that somebody must have. */
    isLastGlobalAdmin: isLastGlobalAdmin(people, id),
    actions: {
      changeRoles: possible(true),
      deactivate: unlessLast(possible(commands.includes('deactivate')), people, id),
      reactivate: possible(commands.includes('reactivate')),
      signOut: possible(state === 'active'),
      sendPasswordLink: possible(state === 'active'),
      resetSecondFactor: resetOf(possible(user.secondFactorSince !== null), id === ctx.actor.id),
    },
  };
}

const unlessLast = (answer: Allowed, people: readonly Colleague[], id: string): Allowed =>
  answer.allowed && isLastGlobalAdmin(people, id) ? { allowed: false, reason: 'last_global_admin' } : answer;

/** Nobody resets his own: whoever holds only his session must not get rid of it. */
const resetOf = (answer: Allowed, isSelf: boolean): Allowed =>
  answer.allowed && isSelf ? { allowed: false, reason: 'own_request' } : answer;

/** An invitation that is still open, or whose link has run out, with what became of its newest mail. */
export function viewPartnerUserInvitation(
  ctx: Context,
  record: PartnerUserInvitationRecord,
  { invitedBy, mail }: { invitedBy: string; mail: DeliveryRecord | undefined },
) {
  const { id, name, email, language, roles, createdAt, expiresAt } = record;
  const state = partnerUserInvitationStateAt(record, ctx.now);
  const commands = commandsOf(partnerUserInvitationTransitions, state);
  const isUnderWay = mail?.state === 'queued' || mail?.state === 'sending';
  return {
    ...{ id, name, email, language, roles, state, createdAt, expiresAt, invitedBy },
    mail: mail ? viewDelivery(mail) : null,
    actions: {
      resend: allow(ctx, 'partner.manage', commands.includes('resend') && !isUnderWay, isUnderWay ? mail.state : state),
      revoke: allow(ctx, 'partner.manage', commands.includes('revoke'), state),
    },
  };
}
