import { type Context, read } from '@clientele/db';
import { recoveryCodeCount, secondFactorDueAt, signInStepAt } from '@clientele/domain';
import type { SessionActor } from '../partners/sessions.ts';
import { loadSecondFactors } from './load.ts';

/** What a person has as second factors, and until when it may do without. `partyId` is null where no passkey is possible. */
export async function listSecondFactors(ctx: Context, actor: SessionActor, partyId: string | null) {
  const { app, passkeys, codesLeft } = await read(ctx, (tx) => loadSecondFactors(tx, actor.userId));
  return {
    step: signInStepAt(actor, ctx.now),
    dueAt: actor.hasSecondFactor ? null : secondFactorDueAt(actor),
    app: app?.confirmedAt ? { since: app.confirmedAt } : null,
    passkeys: passkeys.map(({ id, name, createdAt, lastUsedAt, relyingParty }) => ({
      ...{ id, name, createdAt, lastUsedAt },
      // A passkey is shown by the browser to the host name only that it was made for.
      elsewhere: relyingParty === partyId ? null : relyingParty,
    })),
    recoveryCodes: { left: codesLeft, of: actor.hasSecondFactor ? recoveryCodeCount : 0 },
    passkeysPossible: partyId !== null,
  };
}
