import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { id, moment } from './fields.ts';

/** The other side of a partnership: what either may know of the other. */
export const partneredPartner = z.object({ id, name: z.string(), country: z.string(), webSite: z.string().nullable() });
export type PartneredPartner = z.output<typeof partneredPartner>;

export const listActivePartnerships = endpoint({
  name: 'listActivePartnerships',
  method: 'GET',
  path: '/api/partnerships/active',
  summary:
    'All active partnerships by name, for choosing one: of an indirect provider its resellers, of an indirect reseller its providers.',
  tag: 'Partnerships',
  access: 'partnerships.see',
  result: z.object({ items: z.array(z.object({ id, partner: partneredPartner, since: moment })) }),
});
