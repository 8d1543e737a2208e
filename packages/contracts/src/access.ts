import { partnerUserStates } from '@clientele/domain';
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { allowed, id, permission, role } from './fields.ts';

export const explainAccess = endpoint({
  name: 'explainAccess',
  method: 'GET',
  path: '/api/access',
  summary:
    'What a partner user may do, and why not: in general, and with one customer as it stands now. Oneself unless told; of others only a global admin asks.',
  tag: 'Access',
  access: 'signed-in',
  people: true,
  query: z.object({ userId: id.optional(), customerId: id.optional() }),
  result: z.object({
    user: z.object({ id: z.string(), name: z.string(), roles: z.array(role), state: z.enum(partnerUserStates) }),
    /** Who can give a role: the active global admins, by name. */
    grantedBy: z.array(z.string()),
    permissions: z.array(z.object({ permission, answer: allowed })),
    /** Null without a customer. The acts are named as in the customer itself. */
    customer: z.object({ id, companyName: z.string(), acts: z.array(z.object({ act: z.string(), answer: allowed })) }).nullable(),
  }),
});
