import {
  delegatedAdminDays as adminDays,
  deliveryStates,
  invitationDays,
  invitationNeeds,
  invitationPurposes,
  invitationStates,
  lengths,
  suppressionReasons,
  visitors,
} from '@clientele/domain';
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import {
  allowed,
  country,
  domain,
  email,
  id,
  language,
  limit,
  line,
  moment,
  nullableMoment,
  optionalLine,
  page,
  personName,
  text,
} from './fields.ts';
import { operation } from './operations.ts';

/** What is known of one mail: the state, and the mail server's own answer. */
export const delivery = z.object({
  id,
  kind: z.string(),
  state: z.enum(deliveryStates),
  attempts: z.int(),
  serverAnswer: z.string().nullable(),
  queuedAt: moment,
  sentAt: nullableMoment,
  /** When a delivery report told that the mail did not arrive after all. */
  returnedAt: nullableMoment,
  /** When a delivery report told that the mail is still on its way. */
  delayedAt: nullableMoment,
  nextAttemptAt: nullableMoment,
});
export type Delivery = z.output<typeof delivery>;

/** Whom a recipient has named as the right person. */
const handOver = z.object({ id, name: z.string(), email: z.string(), note: z.string().nullable(), createdAt: moment });

export const invitation = z.object({
  id,
  purpose: z.enum(invitationPurposes),
  customerId: id.nullable(),
  email: z.string(),
  recipientName: z.string().nullable(),
  companyName: z.string(),
  domain: z.string().nullable(),
  language,
  delegatedAdmin: z.boolean(),
  /** For so many days from the consent on; null: not asked for, or without an end. */
  delegatedAdminDays: z.int().nullable(),
  state: z.enum(invitationStates),
  createdAt: moment,
  createdBy: z.string(),
  expiresAt: moment,
  answeredAt: nullableMoment,
  declineReason: z.string().nullable(),
  /** When the next reminder goes out by itself; null: none. */
  nextReminderAt: nullableMoment,
  remindersSent: z.int(),
  /** Somebody has switched reminders off for this invitation. */
  remindersOff: z.boolean(),
  /** The provider that the customer is asked for as well, and what the acceptance came to there. */
  provider: z
    .object({
      id,
      name: z.string(),
      isOff: z.boolean(),
      delegatedAdmin: z.boolean(),
      answer: z.enum(['established', 'served', 'off']).nullable(),
    })
    .nullable(),
  matchCode: z.string(),
  /** The newest mail of this invitation; null when it was only made to copy the link. */
  delivery: delivery.nullable(),
  /** Who has opened the page by the link that is good now, as far as it can be told: a person, if any. */
  opened: z.enum(visitors).nullable(),
  /** The recipient says that somebody else is the right person, and waits for an answer. */
  handOver: handOver.nullable(),
  actions: z.object({ resend: allowed, revoke: allowed, copyLink: allowed, handOver: allowed, switchReminders: allowed }),
});
export type Invitation = z.output<typeof invitation>;

const visit = z.object({
  visitor: z.enum(visitors),
  firstAt: moment,
  lastAt: moment,
  times: z.int(),
  /** When this person first sent one of the page's forms without that being the answer. */
  continuedAt: nullableMoment,
});
export type Visit = z.output<typeof visit>;

/** One thing that happened to an invitation: an event's type, with `_report` behind it when a mail came back later; or `visit.machine`, `visit.unclear`, `visit.person`, `visit.continued`. */
const happening = z.object({
  at: moment,
  what: z.string(),
  /** The partner's user who did it. */
  by: z.string().nullable(),
  mail: z.object({ id, kind: z.string(), attempt: z.int().nullable(), answer: z.string().nullable() }).nullable(),
  /** Of a visitor: how often, and when last. */
  times: z.int().nullable(),
  lastAt: nullableMoment,
  /** Who was named as the right person. */
  person: handOver.pick({ name: true, email: true, note: true }).nullable(),
});
export type Happening = z.output<typeof happening>;

export const listInvitations = endpoint({
  name: 'listInvitations',
  method: 'GET',
  path: '/api/invitations',
  summary: 'Invitations, newest first, with the truth about their mail.',
  tag: 'Invitations',
  access: 'invitations.see',
  query: z.object({
    state: z.enum(['all', ...invitationStates]).default('all'),
    /** Open ones that wait for the partner: the newest mail did not arrive, or the recipient has named somebody else. */
    needs: z.enum(invitationNeeds).optional(),
    search: z.string().trim().max(200).optional(),
    customerId: id.optional(),
    after: z.string().max(500).optional(),
    limit,
  }),
  result: page(invitation),
});

export const getInvitation = endpoint({
  name: 'getInvitation',
  method: 'GET',
  path: '/api/invitations/:invitationId',
  summary: 'One invitation with all of its mails, everything that happened to it, and who has opened its page.',
  tag: 'Invitations',
  access: 'invitations.see',
  params: z.object({ invitationId: id }),
  result: invitation.extend({
    message: z.string(),
    deliveries: z.array(delivery),
    /** Why its address gets no mail of the partner any more; null when it does. */
    suppressed: z.enum(suppressionReasons).nullable(),
    /** Who opened the page by the link that is good now, as far as it can be told: at most one entry for each kind of visitor. */
    visits: z.array(visit),
    /** Newest first. */
    timeline: z.array(happening),
  }),
});

/** For how many days delegated admin is asked for, from the consent on. */
export const delegatedAdminDays = z.int().min(adminDays.least).max(adminDays.most);

export const newInvitation = z.object({
  email,
  recipientName: optionalLine(lengths.personName),
  companyName: line(lengths.companyName),
  domain: z
    .union([z.literal(''), domain])
    .optional()
    .transform((value) => (value ? value : undefined)),
  language,
  delegatedAdmin: z.boolean(),
  /** With delegated admin; what the partner has set when it is left out. */
  delegatedAdminDays: delegatedAdminDays.optional(),
  message: text(lengths.message),
  /** An indirect reseller asks for a provider that it has an active partnership with, too: one mail, one answer, two relationships. */
  providerId: id.optional(),
  /** Delegated admin for the provider, which is asked for by itself. */
  providerDelegatedAdmin: z.boolean().optional(),
  providerDelegatedAdminDays: delegatedAdminDays.optional(),
  /** As the partner has set it unless told. */
  days: z.int().min(invitationDays.least).max(invitationDays.most).optional(),
  /** false: make the invitation and its link, and let the partner bring it to the customer itself. */
  sendMail: z.boolean().default(true),
});
export type NewInvitation = z.output<typeof newInvitation>;

export const createInvitation = endpoint({
  name: 'createInvitation',
  method: 'POST',
  path: '/api/invitations',
  summary: 'Asks an existing customer for a reseller relationship.',
  tag: 'Invitations',
  access: 'invitations.send',
  body: newInvitation,
  result: invitation,
  status: 202,
});

/**
 * What many are asked. `{company}` and `{recipient}` in a message stand for the names of each; who reads which language is known of each. An empty
 * message is the draft.
 */
export const requestToMany = z.object({
  delegatedAdmin: z.boolean(),
  delegatedAdminDays: delegatedAdminDays.optional(),
  messages: z.object({ en: text(lengths.message), ja: text(lengths.message) }),
  /** As the partner has set it unless told. */
  days: z.int().min(invitationDays.least).max(invitationDays.most).optional(),
});

/** One recipient of a list. */
export const listedRecipient = newInvitation.pick({ email: true, companyName: true, domain: true, recipientName: true, language: true });
export type ListedRecipient = z.output<typeof listedRecipient>;

/** How many recipients a list may have at most. */
export const mostRecipients = 10_000;

export const checkRecipients = endpoint({
  name: 'checkRecipients',
  method: 'POST',
  path: '/api/invitations/recipients/check',
  summary:
    'Reads a list of recipients from CSV, or from lines that were pasted, and says of each line what it holds or what is wrong with it. Sends nothing.',
  tag: 'Invitations',
  access: 'invitations.send',
  body: z.object({ text: z.string().max(2_000_000), language }),
  result: z.object({
    recipients: z.array(listedRecipient.extend({ line: z.int() })),
    /** Lines that cannot be sent to: the column and what stands there, and the rule that it breaks. */
    faults: z.array(
      z.object({
        line: z.int(),
        path: z.string(),
        value: z.string(),
        rule: z.string(),
        params: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
      }),
    ),
  }),
});

export const sendInvitations = endpoint({
  name: 'sendInvitations',
  method: 'POST',
  path: '/api/invitations/send-many',
  summary: 'Invites each recipient of a list and answers with the operation that does it, with a result for each.',
  tag: 'Invitations',
  access: 'invitations.send',
  body: requestToMany.extend({ recipients: z.array(listedRecipient).min(1).max(mostRecipients) }),
  result: operation,
  status: 202,
});

export const previewInvitation = endpoint({
  name: 'previewInvitation',
  method: 'POST',
  path: '/api/invitations/preview',
  summary:
    'The mail as it would be sent, as HTML and as text, with a sample link. Without a message: the draft, from the partner\u2019s own text if it has one.',
  tag: 'Invitations',
  access: 'invitations.send',
  body: z.object({
    recipientName: z.string().max(lengths.personName).optional(),
    companyName: z.string().max(lengths.companyName).optional(),
    language,
    delegatedAdmin: z.boolean(),
    delegatedAdminDays: delegatedAdminDays.optional(),
    /** For a request for more delegated admin: when it ends now. */
    heldUntil: moment.optional(),
    message: text(lengths.message).optional(),
    purpose: z.enum(invitationPurposes).default('relationship'),
    /** The provider that is asked for as well. */
    providerId: id.optional(),
    providerDelegatedAdmin: z.boolean().optional(),
    providerDelegatedAdminDays: delegatedAdminDays.optional(),
    days: z.int().min(invitationDays.least).max(invitationDays.most).optional(),
    /** The message goes to many: `{company}`, `{recipient}` and `{partner}` stand in it, and the mail is the one to this name. */
    toMany: z.boolean().default(false),
  }),
  result: z.object({ subject: z.string(), html: z.string(), text: z.string(), message: z.string() }),
});

const ofInvitation = z.object({ invitationId: id });

export const resendInvitation = endpoint({
  name: 'resendInvitation',
  method: 'POST',
  path: '/api/invitations/:invitationId/resend',
  summary:
    'Sends the mail again with the same link; the link in the older mail stays good. To a mended address goes a new link, and the older one dies.',
  tag: 'Invitations',
  access: 'invitations.send',
  params: ofInvitation,
  body: z.object({ email: email.optional() }),
  result: invitation,
  status: 202,
});

export const revokeInvitation = endpoint({
  name: 'revokeInvitation',
  method: 'POST',
  path: '/api/invitations/:invitationId/revoke',
  summary: 'Takes the invitation back; its link dies.',
  tag: 'Invitations',
  access: 'invitations.send',
  params: ofInvitation,
  body: z.object({}),
  result: invitation,
});

export const copyInvitationLink = endpoint({
  name: 'copyInvitationLink',
  method: 'POST',
  path: '/api/invitations/:invitationId/link',
  summary:
    'The link of a pending invitation with subject and text, to copy or to open in one\u2019s own mail program. Noted in the activity log.',
  tag: 'Invitations',
  access: 'invitations.send',
  params: ofInvitation,
  body: z.object({}),
  result: z.object({ link: z.string(), subject: z.string(), text: z.string() }),
});

export const switchReminders = endpoint({
  name: 'switchReminders',
  method: 'POST',
  path: '/api/invitations/:invitationId/reminders',
  summary: 'Switches the reminders of a pending invitation off, or on again.',
  tag: 'Invitations',
  access: 'invitations.send',
  params: ofInvitation,
  body: z.object({ on: z.boolean() }),
  result: invitation,
});

/** What the person who accepts for an organisation that is unknown here fills in: its details, and its own sign-in. */
export const acceptAnswer = z.object({
  companyName: line(lengths.companyName),
  domain,
  country,
  firstName: personName,
  lastName: personName,
  password: z.string().min(10).max(128),
});

const ofHandOver = z.object({ invitationId: id, handOverId: id });

export const approveHandOver = endpoint({
  name: 'approveHandOver',
  method: 'POST',
  path: '/api/invitations/:invitationId/hand-overs/:handOverId/approve',
  summary: 'Sends the invitation to the person whom its recipient named, with a new link; the old link dies.',
  tag: 'Invitations',
  access: 'invitations.send',
  params: ofHandOver,
  body: z.object({}),
  result: invitation,
  status: 202,
});

export const refuseHandOver = endpoint({
  name: 'refuseHandOver',
  method: 'POST',
  path: '/api/invitations/:invitationId/hand-overs/:handOverId/refuse',
  summary: 'Leaves the invitation with its recipient, whose link stays good.',
  tag: 'Invitations',
  access: 'invitations.send',
  params: ofHandOver,
  body: z.object({}),
  result: invitation,
});

/** What a recipient who is not the right person fills in. */
export const handOverRequest = z.object({ adminName: personName, adminEmail: email, adminNote: text(lengths.reason).default('') });
