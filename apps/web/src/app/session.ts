import type { ResultOf, Session } from '@clientele/contracts';
import { getSession, getSetup } from '@clientele/contracts';
import { type Access, access, type CloudFeature, type Permission } from '@clientele/domain';
import { type ComputedRef, computed, shallowRef } from 'vue';
import { ApiProblem, announceSignedOut, call } from './api.ts';

const current = shallowRef<Session | null>(null);
const setup = shallowRef<ResultOf<typeof getSetup> | null>(null);

let isHalf = false;
/** Whether the one who was asked for last has given the password only. */
export const isHalfSignedIn = (): boolean => isHalf;

/** Reads who is signed in; null when nobody is, or not completely. Throws what else goes wrong. */
export async function readSession(): Promise<Session | null> {
  try {
    current.value = await call(getSession);
    isHalf = false;
  } catch (error) {
    if (!(error instanceof ApiProblem) || !isEnd(error.code)) throw error;
    isHalf = error.code === 'second_factor_required';
    current.value = null;
  }
  return current.value;
}

/** Reads again who is signed in, and with which roles; leaves the account when nobody is any more. */
export async function reviewSession(): Promise<void> {
  if (!current.value) return;
  try {
    current.value = await call(getSession);
  } catch (error) {
    if (error instanceof ApiProblem && isEnd(error.code)) announceSignedOut(error.code === 'second_factor_required' ? 'half' : 'over');
  }
}

const isEnd = (code: string) => code === 'unauthenticated' || code === 'second_factor_required';

export function forgetSession(): void {
  current.value = null;
}

/** Whether the first partner is still missing; asked once, and again until it is there. */
export async function isSetupRequired(): Promise<boolean> {
  if (setup.value?.required !== false) setup.value = await call(getSetup);
  return setup.value.required;
}

/** Whether the partner that is set up now is the first one, as far as that is known. */
export const isFirstPartner: ComputedRef<boolean> = computed(() => setup.value?.required !== false);

/** The cloud of this address, and where the others are; null while that is not known. */
export const cloudOfAddress: ComputedRef<ResultOf<typeof getSetup> | null> = computed(() => setup.value);

/** The signed-in person; only for screens behind the sign-in. */
export function useSession(): {
  session: ComputedRef<Session>;
  /** Whether this person may do that, with the reason when not: the `allowed` of an <ActionButton>. */
  may: (permission: Permission) => Access;
  /** Whether this cloud has a feature. */
  offers: (feature: CloudFeature) => boolean;
} {
  const session = computed(() => {
    if (!current.value) throw new Error('nobody is signed in');
    return current.value;
  });
  const may = (permission: Permission) =>
    access({ roles: session.value.user.roles, partnerType: session.value.partner.type, cloud: session.value.partner.cloud }, permission);
  const offers = (feature: CloudFeature) => session.value.cloudProfile.features[feature] === true;
  return { session, may, offers };
}

/** The signed-in person or null; for the frame. */
export const signedIn: ComputedRef<Session | null> = computed(() => current.value);
