import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { email, id, language, moment, nothing } from './fields.ts';
import { password } from './partner-users.ts';

/** What a link is made of; anything else is no link of ours, and is answered so. */
const token = z.string().min(1).max(200);
const tag = 'Account';

export const askPasswordLink = endpoint({
  name: 'askPasswordLink',
  method: 'POST',
  path: '/api/password-links',
  summary: 'Mails a partner user the link to a new password. The answer is the same, and as quick, for an address that nobody has.',
  tag,
  access: 'public',
  body: z.object({ email }),
  result: nothing,
  status: 202,
});

export const openPasswordLink = endpoint({
  name: 'openPasswordLink',
  method: 'GET',
  path: '/api/password-links/:token',
  summary: 'Whose password a link is for. Reading it changes nothing. 404 for a forged link, 409 `link_over` with its state.',
  tag,
  access: 'public',
  params: z.object({ token }),
  result: z.object({ partnerName: z.string(), name: z.string(), email: z.string(), language, expiresAt: moment }),
});

export const choosePassword = endpoint({
  name: 'choosePassword',
  method: 'POST',
  path: '/api/password-links/:token',
  summary:
    'Chooses the new password and uses the link up. Every session of the person ends; the next sign-in asks for the second factor as ever.',
  tag,
  access: 'public',
  params: z.object({ token }),
  body: z.object({ password }),
  result: z.object({ email: z.string() }),
});

export const sendPasswordLink = endpoint({
  name: 'sendPasswordLink',
  method: 'POST',
  path: '/api/partner-users/:userId/password-link',
  summary: 'Mails a partner user the link to a new password.',
  tag: 'Partner users',
  access: 'partner.manage',
  people: true,
  params: z.object({ userId: id }),
  body: nothing,
  result: nothing,
  status: 202,
});
