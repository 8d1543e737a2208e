import type { Context, Database, PartnerOfContext } from '@clientele/db';
import { Refusal } from '@clientele/domain';
import { createLinks } from '../invitations/links.ts';
import { findOperationAuthor } from '../operations/list.ts';
import { runOperation } from '../operations/run.ts';

export const links = createLinks({ publicUrl: 'https://portal.example', secret: 'a secret that only tests know, 32+ characters' });

/** The token in an invitation's link. */
export const tokenOf = (invitation: { id: string; tokenVersion?: number }) =>
  links
    .linkOf({ tokenVersion: 1, ...invitation })
    .split('/')
    .at(-1) as string;

/** Runs an operation as a worker does, to its end. */
export async function runAsWorker(db: Database, partner: PartnerOfContext, operationId: string, now = () => new Date()): Promise<boolean> {
  const ctx: Context = { db, partner, actor: { kind: 'system', id: 'operation.run' }, requestId: 'test', now: now() };
  const author = (await findOperationAuthor(ctx, operationId)) ?? '';
  const actor = { kind: 'partner-user', id: author, name: '', email: '', roles: [] } as const;
  return runOperation({ ...ctx, actor }, operationId, { owner: `test-${Math.random()}`, clock: now, progress: () => {} });
}

/** What a customer's request brings along: no partner, no roles. */
export const visit = (db: Database, now = new Date()) => ({ db, requestId: 'test', now });

/** `done`, or the code of the refusal. Any other error is thrown on: it is a fault. */
export async function outcomeOf(act: Promise<unknown>): Promise<string> {
  try {
    await act;
    return 'done';
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
}

/** The refusal that an act ends in. */
export async function refusalOf(act: Promise<unknown>): Promise<Refusal> {
  try {
    await act;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
