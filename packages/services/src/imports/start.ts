import { type Context, imports, operations, transact } from '@clientele/db';
import { checkMapping, cloudProfiles, type ImportMapping, type ImportOptions, illegal, refuseFields } from '@clientele/domain';
import { eq } from 'drizzle-orm';
import { actorName, demand } from '../access.ts';
import { requireDelegatedAdminChoice } from '../invitations/create.ts';
import { newOperation } from '../operations/queue.ts';
import { type OperationView, viewOperation } from '../operations/view.ts';
import { forgetDomains } from './domains.ts';
import { busyStates, lockImport } from './view.ts';

export interface ImportOrder extends ImportOptions {
  importId: string;
  mapping: ImportMapping;
  /** What each created customer is asked for; null: nobody is asked. */
  request: { delegatedAdmin: boolean; delegatedAdminDays?: number | undefined; message: string } | null;
}

/**
 * Starts an import with its dry run. Afterwards the operation waits for approval, and resuming it writes. A file can be started again once
 * the operation over it has ended. Throws `illegal_transition` while one is under way.
 */
export async function startImport(ctx: Context, order: ImportOrder): Promise<OperationView> {
  demand(ctx, 'customers.import');
  if (order.mapping.agreementDate !== undefined) demand(ctx, 'agreement.attest');
  if (order.request) {
    demand(ctx, 'invitations.send');
    requireDelegatedAdminChoice(ctx, order.request.delegatedAdmin);
  }
  return transact(ctx, async (tx) => {
    const file = await lockImport(tx, order.importId);
    refuseFields(checkMapping(order.mapping, file.columns.length));
    const served = cloudProfiles[ctx.partner.cloud].countries;
    if (served.length > 0 && !served.includes(order.country)) refuseFields([{ path: 'country', rule: 'country' }]);
    if (file.operationId) {
      const [before] = await tx.select({ state: operations.state }).from(operations).where(eq(operations.id, file.operationId));
      if (before && busyStates.includes(before.state)) throw illegal('import', before.state, 'start');
      await forgetDomains(tx, file.operationId);
    }
    const { record, event, insert } = newOperation(ctx, {
      kind: 'customer-import',
      subject: file.fileName,
      customerId: null,
      input: { ...order },
    });
    await tx
      .update(imports)
      .set({ operationId: record.id, mapping: order.mapping, checked: null, written: null })
      .where(eq(imports.id, file.id));
    return {
      result: viewOperation(ctx, record, actorName(ctx)),
      events: [event],
      writes: [insert],
    };
  });
}
