import { isIP } from 'node:net';
import { Refusal } from '@clientele/domain';
import type { RelyingParty } from '@clientele/services';
import type { Request } from 'express';
import { ownSiteOf } from './own-site.ts';

/** The host name that a browser keeps passkeys for; null for an address of numbers, for which it keeps none. */
export function partyIdOf(request: Request): string | null {
  const name = request.hostname?.replace(/^\[|\]$/g, '') ?? '';
  return name && isIP(name) === 0 ? name : null;
}

/**
 * For whom a passkey of this request is. The name is what the request says, which nobody gains by: a passkey answers only under the name that it was
 * made for, and that is kept with it. Throws `feature_off` under an address of numbers.
 */
export function partyOf(request: Request): RelyingParty {
  const id = partyIdOf(request);
  if (!id) throw new Refusal('feature_off', 'Passkeys need a host name in the address of the portal, not an address of numbers.');
  const host = request.get('host') ?? '';
  return { id, origins: ownSiteOf(request).isSecure ? [`https://${host}`] : [`http://${host}`, `https://${host}`] };
}
