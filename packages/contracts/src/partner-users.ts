import { lengths, partnerUserInvitationStates, partnerUserStates, passwordLength } from '@clientele/domain';
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { allowed, email, id, language, line, moment, nothing, nullableMoment, role } from './fields.ts';
import { delivery } from './invitations.ts';

const roles = z.array(role).min(1).max(20);
export const password = z.string().min(passwordLength.least).max(passwordLength.most);

export const partnerUser = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  language,
  roles: z.array(role),
  state: z.enum(partnerUserStates),
  createdAt: moment,
  /** Null until the person has signed in. */
  lastSignInAt: nullableMoment,
  deactivatedAt: nullableMoment,
  /** By whom; null when that is not known any more. */
  deactivatedBy: z.string().nullable(),
  /** When the person has got its second factor; null: it has none. */
  secondFactorSince: nullableMoment,
  /** Counts every change: what `If-Match` asks for. */
  version: z.int(),
  isSelf: z.boolean(),
  /** The one global admin that must stay: the role cannot be taken away, nor the person be deactivated. */
  isLastGlobalAdmin: z.boolean(),
  actions: z.object({
    changeRoles: allowed,
    deactivate: allowed,
    reactivate: allowed,
    signOut: allowed,
    resetSecondFactor: allowed,
    sendPasswordLink: allowed,
  }),
});
export type PartnerUser = z.output<typeof partnerUser>;

export const partnerUserInvitation = z.object({
  id,
  name: z.string(),
  email: z.string(),
  language,
  roles: z.array(role),
  state: z.enum(partnerUserInvitationStates),
  createdAt: moment,
  expiresAt: moment,
  invitedBy: z.string(),
  /** The newest mail with the link, and what became of it. */
  mail: delivery.nullable(),
  actions: z.object({ resend: allowed, revoke: allowed }),
});
export type PartnerUserInvitation = z.output<typeof partnerUserInvitation>;

const tag = 'Partner users';
const userId = z.object({ userId: id });
const invitationId = z.object({ invitationId: id });

export const listPartnerUsers = endpoint({
  name: 'listPartnerUsers',
  method: 'GET',
  path: '/api/partner-users',
  summary: 'Everybody who signs in for the partner, active or deactivated, and the invitations that nobody has answered.',
  tag,
  access: 'partner.manage',
  people: true,
  result: z.object({
    users: z.array(partnerUser),
    invitations: z.array(partnerUserInvitation),
    /** Who cannot sign in with a password for now: too many wrong ones were tried. */
    lockedOut: z.array(z.object({ userId: z.string(), until: moment })),
  }),
});

export const liftLockOut = endpoint({
  name: 'liftLockOut',
  method: 'POST',
  path: '/api/partner-users/:userId/lift-lock-out',
  summary: 'Lets somebody try passwords again who was locked out after too many wrong ones. Of nobody who is locked out nothing changes.',
  tag,
  access: 'partner.manage',
  people: true,
  params: userId,
  body: nothing,
  result: z.object({}),
});

export const invitePartnerUser = endpoint({
  name: 'invitePartnerUser',
  method: 'POST',
  path: '/api/partner-users/invitations',
  summary: 'Mails somebody a link to choose a password with, and so to become a partner user with these roles.',
  tag,
  access: 'partner.manage',
  people: true,
  confirm: true,
  body: z.object({ name: line(lengths.personName), email, language, roles }),
  result: partnerUserInvitation,
  status: 201,
});

export const resendPartnerUserInvitation = endpoint({
  name: 'resendPartnerUserInvitation',
  method: 'POST',
  path: '/api/partner-users/invitations/:invitationId/resend',
  summary: 'Mails the same link again, good for as long as a new one. 409 while the last mail is on its way.',
  tag,
  access: 'partner.manage',
  people: true,
  params: invitationId,
  body: nothing,
  result: partnerUserInvitation,
});

export const revokePartnerUserInvitation = endpoint({
  name: 'revokePartnerUserInvitation',
  method: 'POST',
  path: '/api/partner-users/invitations/:invitationId/revoke',
  summary: 'Takes an invitation back: its link is dead at once.',
  tag,
  access: 'partner.manage',
  people: true,
  params: invitationId,
  body: nothing,
  result: partnerUserInvitation,
});

export const changePartnerUserRoles = endpoint({
  name: 'changePartnerUserRoles',
  method: 'PUT',
  path: '/api/partner-users/:userId/roles',
  summary:
    'Gives a partner user these roles and no other, from its next request on. `If-Match` is the user’s `version`. 409 `last_global_admin` when nobody would be left who may grant roles.',
  tag,
  access: 'partner.manage',
  people: true,
  confirm: true,
  params: userId,
  body: z.object({ roles }),
  result: partnerUser,
  etag: true,
  ifMatch: true,
});

export const deactivatePartnerUser = endpoint({
  name: 'deactivatePartnerUser',
  method: 'POST',
  path: '/api/partner-users/:userId/deactivate',
  summary: 'Lets a partner user in no more; every session ends at once. 409 `last_global_admin` for the last one.',
  tag,
  access: 'partner.manage',
  people: true,
  confirm: true,
  params: userId,
  body: nothing,
  result: partnerUser,
});

export const reactivatePartnerUser = endpoint({
  name: 'reactivatePartnerUser',
  method: 'POST',
  path: '/api/partner-users/:userId/reactivate',
  summary: 'Lets a partner user in again, with the roles it had.',
  tag,
  access: 'partner.manage',
  people: true,
  confirm: true,
  params: userId,
  body: nothing,
  result: partnerUser,
});

export const signOutPartnerUser = endpoint({
  name: 'signOutPartnerUser',
  method: 'POST',
  path: '/api/partner-users/:userId/sign-out',
  summary: 'Ends every session of a partner user; the person may sign in again.',
  tag,
  access: 'partner.manage',
  people: true,
  params: userId,
  body: nothing,
  result: partnerUser,
});

export const resetSecondFactor = endpoint({
  name: 'resetSecondFactor',
  method: 'POST',
  path: '/api/partner-users/:userId/reset-second-factor',
  summary: 'Takes away every second factor of somebody who has lost them, and ends its sessions: the next sign-in sets up a new one.',
  tag,
  access: 'partner.manage',
  people: true,
  confirm: true,
  params: userId,
  body: nothing,
  result: partnerUser,
});

/** What a link is made of; anything else is no link of ours, and is answered so. */
const token = z.string().min(1).max(200);

export const openPartnerUserInvitation = endpoint({
  name: 'openPartnerUserInvitation',
  method: 'GET',
  path: '/api/join/:token',
  summary:
    'Who invites, and as what, for who has the link. Reading it changes nothing. 404 for a forged link, 409 `link_over` with its state.',
  tag,
  access: 'public',
  params: z.object({ token }),
  result: z.object({
    partnerName: z.string(),
    invitedBy: z.string(),
    name: z.string(),
    email: z.string(),
    language,
    roles: z.array(role),
    expiresAt: moment,
  }),
});

export const joinPartner = endpoint({
  name: 'joinPartner',
  method: 'POST',
  path: '/api/join/:token',
  summary: 'Chooses a password and uses the link up: the person is a partner user from now on, and signed in by the cookie of this answer.',
  tag,
  access: 'public',
  params: z.object({ token }),
  body: z.object({ password }),
  result: z.object({ email: z.string() }),
  status: 201,
});
