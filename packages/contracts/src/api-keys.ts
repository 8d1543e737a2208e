import { apiKeyDays, apiKeyStates, lengths, roles } from '@clientele/domain';
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { allowed, id, line, moment, nothing, nullableMoment, role } from './fields.ts';

/** A key with which a program calls the API; never the key itself. */
export const apiKey = z.object({
  id,
  name: z.string(),
  roles: z.array(role),
  /** Its last four characters. */
  hint: z.string(),
  state: z.enum(apiKeyStates),
  /** The name of the person who made it. */
  createdBy: z.string(),
  createdAt: moment,
  expiresAt: moment,
  /** To the minute. */
  lastUsedAt: nullableMoment,
  revokedAt: nullableMoment,
  actions: z.object({ revoke: allowed }),
});
export type ApiKey = z.output<typeof apiKey>;

export const listApiKeys = endpoint({
  name: 'listApiKeys',
  method: 'GET',
  path: '/api/api-keys',
  summary: 'The API keys of the partner, newest first, also those that are over.',
  tag: 'API keys',
  access: 'partner.manage',
  people: true,
  result: z.object({ items: z.array(apiKey) }),
});

export const createApiKey = endpoint({
  name: 'createApiKey',
  method: 'POST',
  path: '/api/api-keys',
  summary: 'Makes an API key. The key is in this answer, and is not shown again.',
  tag: 'API keys',
  access: 'partner.manage',
  people: true,
  confirm: true,
  body: z.object({
    name: line(lengths.tag),
    roles: z
      .array(role)
      .min(1)
      .max(roles.length)
      .transform((given) => roles.filter((one) => given.includes(one))),
    /** Days until it ends. */
    days: z.int().min(apiKeyDays.least).max(apiKeyDays.most),
  }),
  result: z.object({ apiKey, key: z.string() }),
  status: 201,
});

export const revokeApiKey = endpoint({
  name: 'revokeApiKey',
  method: 'POST',
  path: '/api/api-keys/:apiKeyId/revoke',
  summary: 'Takes an API key back: the next call with it is refused.',
  tag: 'API keys',
  access: 'partner.manage',
  people: true,
  params: z.object({ apiKeyId: id }),
  body: nothing,
  result: apiKey,
});
