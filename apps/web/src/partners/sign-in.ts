import type { Router } from 'vue-router';
import { ApiProblem } from '../app/api.ts';

/** Talks to better-auth, whose endpoints are its own and not in the contract. */
async function auth(path: string, body: unknown): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(`/api/auth/${path}`, {
      method: 'POST',
      credentials: 'same-origin',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(body),
    });
  } catch {
    throw new ApiProblem('offline', 0, 'The server cannot be reached.');
  }
  if (response.status >= 500) throw new ApiProblem(response.status > 500 ? 'unavailable' : 'internal', response.status, '');
  return response;
}

/** Where the sign-in leads: only a path of this site; anything else would be a door to somewhere else. */
export const targetOf = (to: unknown): string => (typeof to === 'string' && /^\/(?![/\\])/.test(to) ? to : '/');

/** Goes there: within the application, or to the page of a request for a partnership, which the server makes. */
export async function goOn(router: Router, to: unknown): Promise<void> {
  const target = targetOf(to);
  if (target.startsWith('/p/')) location.assign(target);
  else await router.replace(target);
}

export interface SignInAnswer {
  answer: 'done' | 'wrong' | 'too-many' | 'deactivated' | 'single-sign-on';
  /** Of too many attempts: when the next one is looked at. */
  until?: string;
}

/** Signs in; tells apart a wrong password, too many attempts and a person who is let in no more. */
export async function signIn(email: string, password: string): Promise<SignInAnswer> {
  const response = await auth('sign-in/email', { email, password });
  if (response.ok) return { answer: 'done' };
  // Told only to who knows the password.
  if (response.status === 403) {
    const { code } = (await response.json().catch(() => ({}))) as { code?: string };
    return { answer: code === 'SINGLE_SIGN_ON_ONLY' ? 'single-sign-on' : 'deactivated' };
  }
  if (response.status !== 429) return { answer: 'wrong' };
  const { until } = (await response.json().catch(() => ({}))) as { until?: string };
  return { answer: 'too-many', ...(until ? { until } : {}) };
}

export async function signOut(): Promise<void> {
  await auth('sign-out', {});
}
