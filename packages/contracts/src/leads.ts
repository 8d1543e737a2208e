import { type Currency, currencies, enteredLeadTypes, leadStates, leadTypes, lengths } from '@clientele/domain';
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import {
  allowed,
  country,
  email,
  id,
  language,
  limit,
  line,
  moment,
  nothing,
  nullableMoment,
  optionalLine,
  page,
  personName,
  phone,
  text,
} from './fields.ts';
import { delivery } from './invitations.ts';

const tag = 'Leads';
const params = z.object({ leadId: id });
const type = z.enum(leadTypes);
const state = z.enum(leadStates);
const day = z.iso.date();
const currency = z.enum(currencies as [Currency, ...Currency[]]);
const value = z.object({ amount: z.number(), currency });

/** A lead as a card of the board. */
const card = z.object({
  id,
  type,
  state,
  companyName: z.string(),
  personName: z.string(),
  receivedAt: moment,
  expiresAt: moment,
  urgent: z.boolean(),
  favourite: z.boolean(),
  dealName: z.string().nullable(),
  value: value.nullable(),
  closeDate: day.nullable(),
  /** It came by a business profile. */
  isFromProfile: z.boolean(),
});
export type LeadCard = z.output<typeof card>;

export const lead = z.object({
  id,
  type,
  state,
  companyName: z.string(),
  firstName: z.string(),
  lastName: z.string(),
  personName: z.string(),
  email: z.string(),
  phone: z.string().nullable(),
  country: z.string(),
  language,
  products: z.array(z.string()),
  services: z.array(z.string()),
  companySize: z.string().nullable(),
  message: z.string(),
  /** The business profile by which it came; null: entered by hand. */
  profileId: id.nullable(),
  receivedAt: moment,
  expiresAt: moment,
  /** Flagged as urgent now: for 72 hours, while there is something to do. */
  urgent: z.boolean(),
  urgentUntil: nullableMoment,
  favourite: z.boolean(),
  createdBy: z.string().nullable(),
  answeredAt: nullableMoment,
  answeredBy: z.string().nullable(),
  closedAt: nullableMoment,
  closedBy: z.string().nullable(),
  /** Why it was declined, or lost. */
  reason: z.string().nullable(),
  dealName: z.string().nullable(),
  value: value.nullable(),
  closeDate: day.nullable(),
  note: z.string().nullable(),
  crmId: z.string().nullable(),
  campaignId: z.string().nullable(),
  team: z.array(z.object({ id: z.string(), name: z.string() })),
  /** What a won one became. */
  customer: z.object({ id, companyName: z.string() }).nullable(),
  invitation: z.object({ id, state: z.string() }).nullable(),
  version: z.int(),
  actions: z.object({
    accept: allowed,
    decline: allowed,
    win: allowed,
    lose: allowed,
    edit: allowed,
    addNote: allowed,
    addCustomer: allowed,
    requestRelationship: allowed,
  }),
});
export type Lead = z.output<typeof lead>;

const yes = z.enum(['yes']).optional();
const leadFilters = z.object({
  type: type.optional(),
  /** Only those that you have marked. */
  favourite: yes,
  urgent: yes,
  search: z.string().trim().max(200).optional(),
});

export const leadBoard = endpoint({
  name: 'leadBoard',
  method: 'GET',
  path: '/api/leads/board',
  summary:
    'For each state how many leads there are, and the newest of them. A column goes on with `listLeads`, by state, sorted by `received`, after `next`.',
  tag,
  access: 'leads.see',
  query: leadFilters,
  result: z.object({ columns: z.array(z.object({ state, count: z.int(), items: z.array(card), next: z.string().nullable() })) }),
});

export const listLeads = endpoint({
  name: 'listLeads',
  method: 'GET',
  path: '/api/leads',
  summary: 'Leads by state, type, favourites, urgency and text, in pages.',
  tag,
  access: 'leads.see',
  query: leadFilters.extend({
    state: z.enum(['all', ...leadStates]).default('all'),
    sort: z.enum(['received', 'company', 'closing']).default('received'),
    order: z.enum(['asc', 'desc']).default('desc'),
    after: z.string().max(500).optional(),
    limit,
  }),
  result: page(lead),
});

/** One thing that happened to a lead: the type of its event. */
const leadHappening = z.object({ at: moment, what: z.string(), by: z.string().nullable(), fields: z.array(z.string()) });
export type LeadHappening = z.output<typeof leadHappening>;
const leadMail = delivery.extend({ recipient: z.string() });
export type LeadMail = z.output<typeof leadMail>;

export const getLead = endpoint({
  name: 'getLead',
  method: 'GET',
  path: '/api/leads/:leadId',
  summary: 'One lead, with what happened to it, its notes, and the truth about its mails.',
  tag,
  access: 'leads.see',
  params,
  result: lead.extend({
    timeline: z.array(leadHappening),
    mails: z.array(leadMail),
    notes: z.array(z.object({ id, text: z.string(), at: moment, by: z.string() })),
  }),
});

export const newLead = z.object({
  type: z.enum(enteredLeadTypes),
  companyName: line(lengths.companyName),
  firstName: personName,
  lastName: personName,
  email,
  phone,
  country,
  language,
  products: z.array(line(50)).max(20).default([]),
  services: z.array(line(50)).max(20).default([]),
  companySize: optionalLine(20),
  message: text(lengths.message).refine((given) => given.trim() !== '', { params: { rule: 'required' } }),
  urgent: z.boolean().default(false),
});

export const enterLead = endpoint({
  name: 'enterLead',
  method: 'POST',
  path: '/api/leads',
  summary: 'Enters a lead by hand. Its customer is not written to.',
  tag,
  access: 'leads.manage',
  body: newLead,
  result: lead,
  status: 201,
});

const deal = z.object({
  dealName: line(200),
  /** More than nothing, and no more digits behind the point than the currency has. */
  value: z.object({ amount: z.number(), currency }),
  closeDate: z.string().max(20),
  note: text(lengths.message).refine((given) => given.trim() !== '', { params: { rule: 'required' } }),
  crmId: optionalLine(100),
  campaignId: optionalLine(100),
  /** Partner users of your organisation. */
  team: z.array(z.string().max(64)).max(20).default([]),
});

export const acceptLead = endpoint({
  name: 'acceptLead',
  method: 'POST',
  path: '/api/leads/:leadId/accept',
  summary: 'Takes a lead on. Who has sent the enquiry is told by mail.',
  tag,
  access: 'leads.manage',
  params,
  body: deal,
  result: lead,
});

export const changeDeal = endpoint({
  name: 'changeDeal',
  method: 'PUT',
  path: '/api/leads/:leadId/deal',
  summary: 'Estimates the deal of an accepted lead anew.',
  tag,
  access: 'leads.manage',
  params,
  body: deal,
  result: lead,
  ifMatch: true,
  etag: true,
});

const reason = z.object({
  reason: text(lengths.reason)
    .transform((given) => given.trim())
    .refine((given) => given !== '', { params: { rule: 'required' } }),
});

export const declineLead = endpoint({
  name: 'declineLead',
  method: 'POST',
  path: '/api/leads/:leadId/decline',
  summary: 'Declines a lead. Who has sent the enquiry is told by mail, with the reason, and offered to find another partner.',
  tag,
  access: 'leads.manage',
  params,
  body: reason,
  result: lead,
});

export const winLead = endpoint({
  name: 'winLead',
  method: 'POST',
  path: '/api/leads/:leadId/win',
  summary: 'An accepted lead has become a deal.',
  tag,
  access: 'leads.manage',
  params,
  body: nothing,
  result: lead,
});

export const loseLead = endpoint({
  name: 'loseLead',
  method: 'POST',
  path: '/api/leads/:leadId/lose',
  summary: 'An accepted lead has come to nothing, and why.',
  tag,
  access: 'leads.manage',
  params,
  body: reason,
  result: lead,
});

export const addLeadNote = endpoint({
  name: 'addLeadNote',
  method: 'POST',
  path: '/api/leads/:leadId/notes',
  summary: 'Writes a note to a lead.',
  tag,
  access: 'leads.manage',
  params,
  body: z.object({ text: text(lengths.message).refine((given) => given.trim() !== '', { params: { rule: 'required' } }) }),
  result: z.object({ id }),
  status: 201,
});

export const markLead = endpoint({
  name: 'markLead',
  method: 'PUT',
  path: '/api/leads/:leadId/favourite',
  summary: 'Marks a lead as a favourite of yours, or takes the mark off.',
  tag,
  access: 'leads.see',
  params,
  body: z.object({ favourite: z.boolean() }),
  result: z.object({ favourite: z.boolean() }),
});

export const leadTeam = endpoint({
  name: 'leadTeam',
  method: 'GET',
  path: '/api/leads/team',
  summary: 'The people of your organisation who can be named in the team of a deal.',
  tag,
  access: 'leads.see',
  result: z.object({ items: z.array(z.object({ id: z.string(), name: z.string() })) }),
});

export const leadFigures = endpoint({
  name: 'leadFigures',
  method: 'GET',
  path: '/api/leads/figures',
  summary: 'How quickly leads are answered, how many are won, and what is open, over the last twelve months. Currencies are not added up.',
  tag,
  access: 'leads.see',
  result: z.object({
    months: z.array(
      z.object({
        /** `YYYY-MM`, by UTC. */
        month: z.string(),
        received: z.int(),
        answered: z.int(),
        /** Ran out without an answer. */
        overdue: z.int(),
        /** Of the leads received in this month; null: none was answered. */
        medianHours: z.number().nullable(),
        /** Closed in this month. */
        won: z.int(),
        lost: z.int(),
      }),
    ),
    medianHours: z.number().nullable(),
    /** What accepted leads are estimated to be, by the day on which they are to close. */
    pipeline: z.array(
      z.object({
        currency: z.string(),
        deals: z.int(),
        overdue: z.number(),
        thisMonth: z.number(),
        nextMonth: z.number(),
        later: z.number(),
      }),
    ),
    /** There are so many that only the newest were looked at. */
    isPartial: z.boolean(),
  }),
});

export const leadOfCustomer = endpoint({
  name: 'leadOfCustomer',
  method: 'GET',
  path: '/api/customers/:customerId/lead',
  summary: 'The lead that a customer came from; null when it came from none.',
  tag,
  access: 'leads.see',
  params: z.object({ customerId: id }),
  result: z.object({ lead: z.object({ id, title: z.string(), receivedAt: moment, closedAt: nullableMoment }).nullable() }),
});
