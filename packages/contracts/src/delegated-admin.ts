import { lengths } from '@clientele/domain';
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { allowed, id, limit, moment, nothing, nullableMoment, page, text } from './fields.ts';
import { delegatedAdminDays, invitation } from './invitations.ts';

export const askDelegatedAdmin = endpoint({
  name: 'askDelegatedAdmin',
  method: 'POST',
  path: '/api/customers/:customerId/delegated-admin/request',
  summary:
    'Asks the contact of a customer for delegated admin, or for more time of it: `days` from the consent on, or from the end that there is, and never more than 730 days ahead. Without a message: the standard text.',
  tag: 'Delegated admin',
  access: 'delegated-admin.request',
  params: z.object({ customerId: id }),
  body: z.object({ customerId: id, days: delegatedAdminDays, message: text(lengths.message).default('') }),
  result: invitation,
  status: 202,
});

/** Left out: the next 30 days. */
const moments = z.iso
  .datetime({ offset: true })
  .optional()
  .transform((value) => (value ? new Date(value) : undefined));
const span = z.object({ from: moments, to: moments });

export const expiryCalendar = endpoint({
  name: 'expiryCalendar',
  method: 'GET',
  path: '/api/delegated-admin/calendar',
  summary:
    'On which days of a span delegated admin ends, of how many customers, and how many of them have been asked for more. Days are those of `zone`.',
  tag: 'Delegated admin',
  access: 'customers.see',
  query: span.extend({ zone: z.string().max(64).default('UTC') }),
  result: z.object({
    days: z.array(
      z.object({
        /** `YYYY-MM-DD` */
        date: z.string(),
        count: z.int(),
        /** How many of them have an open request. */
        asked: z.int(),
        /** The first of them. */
        names: z.array(z.string()),
      }),
    ),
    /** When the next one after the span ends; null: none. */
    next: nullableMoment,
  }),
});

export const expiry = z.object({
  customerId: id,
  companyName: z.string(),
  domain: z.string(),
  since: nullableMoment,
  until: moment,
  /** What runs there: active subscriptions and their seats. */
  subscriptions: z.int(),
  seats: z.int(),
  /** The open request, if there is one. */
  invitationId: id.nullable(),
  actions: z.object({ ask: allowed }),
});
export type Expiry = z.output<typeof expiry>;

export const listExpiries = endpoint({
  name: 'listExpiries',
  method: 'GET',
  path: '/api/delegated-admin/expiries',
  summary: 'The customers whose delegated admin ends in a span, the first to end first.',
  tag: 'Delegated admin',
  access: 'customers.see',
  query: span.extend({ after: z.string().max(500).optional(), limit }),
  result: page(expiry),
});

export const getCalendarFeed = endpoint({
  name: 'getCalendarFeed',
  method: 'GET',
  path: '/api/delegated-admin/feed',
  summary: 'The address at which a calendar program can fetch the expiries (iCalendar); null while there is none.',
  tag: 'Delegated admin',
  access: 'customers.see',
  people: true,
  result: z.object({ address: z.string().nullable() }),
});

export const renewCalendarFeed = endpoint({
  name: 'renewCalendarFeed',
  method: 'POST',
  path: '/api/delegated-admin/feed',
  summary: 'Makes the address, or a new one in place of the older, which is dead from then on.',
  tag: 'Delegated admin',
  access: 'customers.see',
  people: true,
  body: nothing,
  result: z.object({ address: z.string().nullable() }),
});

export const closeCalendarFeed = endpoint({
  name: 'closeCalendarFeed',
  method: 'DELETE',
  path: '/api/delegated-admin/feed',
  summary: 'Ends the address of the calendar.',
  tag: 'Delegated admin',
  access: 'customers.see',
  people: true,
  body: nothing,
  result: z.object({ address: z.string().nullable() }),
});
