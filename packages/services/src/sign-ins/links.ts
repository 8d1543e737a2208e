import { createHmac } from 'node:crypto';
import { createTokens } from '../invitations/links.ts';

/** The links that sign a customer's person in: made of the request's id with a key of their own, so that nothing is stored that could be stolen. */
export interface SignInLinks {
  linkOf(requestId: string): string;
  /** The request that a token was made for; null for anything that we have not made. */
  requestIdOf(token: string): string | null;
}

export function createSignInLinks({ publicUrl, secret }: { publicUrl: string; secret: string }): SignInLinks {
  const tokens = createTokens(createHmac('sha256', secret).update('sign-in links').digest());
  return {
    linkOf: (requestId) => `${publicUrl}/my/sign-in/${tokens.tokenOf(requestId, 1)}`,
    requestIdOf(token) {
      const id = tokens.idOf(token);
      return id && tokens.proves(token, id, 1) ? id : null;
    },
  };
}
