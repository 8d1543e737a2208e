import { passwordLength } from '@clientele/domain';
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { moment, nothing } from './fields.ts';
import { password } from './partner-users.ts';

const tag = 'Account';

export const ownSession = z.object({
  id: z.string(),
  /** As the browser called itself. */
  userAgent: z.string().nullable(),
  /** The network address of the sign-in. */
  address: z.string().nullable(),
  since: moment,
  /** To about five minutes. */
  lastSeenAt: moment,
  /** The session that asks. */
  current: z.boolean(),
});
export type OwnSession = z.output<typeof ownSession>;

export const listOwnSessions = endpoint({
  name: 'listOwnSessions',
  method: 'GET',
  path: '/api/account/sessions',
  summary: 'Where the signed-in user is signed in.',
  tag,
  access: 'signed-in',
  people: true,
  result: z.object({ items: z.array(ownSession) }),
});

export const endOwnSession = endpoint({
  name: 'endOwnSession',
  method: 'POST',
  path: '/api/account/sessions/:sessionId/end',
  summary: 'Signs the signed-in user out of one place.',
  tag,
  access: 'signed-in',
  people: true,
  params: z.object({ sessionId: z.string().regex(/^[\w-]{1,100}$/) }),
  body: nothing,
  result: nothing,
});

export const endOtherSessions = endpoint({
  name: 'endOtherSessions',
  method: 'POST',
  path: '/api/account/sessions/end-others',
  summary: 'Signs the signed-in user out everywhere but here.',
  tag,
  access: 'signed-in',
  people: true,
  body: nothing,
  result: z.object({ ended: z.int() }),
});

export const changeOwnPassword = endpoint({
  name: 'changeOwnPassword',
  method: 'POST',
  path: '/api/account/password',
  summary: 'Chooses a new password, for who knows the present one; every other session of the user ends.',
  tag,
  access: 'signed-in',
  people: true,
  body: z.object({ currentPassword: z.string().min(1).max(passwordLength.most), newPassword: password }),
  result: z.object({ ended: z.int() }),
});
