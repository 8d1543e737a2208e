import { z } from 'zod';

/** A hint on the live channel (`GET /api/changes`, server-sent events): what has changed, so that a screen reads it again. */
export const change = z.object({
  customerId: z.string().nullish(),
  invitationId: z.string().nullish(),
  operationId: z.string().nullish(),
  types: z.array(z.string()),
});
export type Change = z.output<typeof change>;
export const changesPath = '/api/changes';
