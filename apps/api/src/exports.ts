import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  downloadExport as downloadExportEndpoint,
  exportActivity as exportActivityEndpoint,
  exportCustomers as exportCustomersEndpoint,
  exportFailedImportRows as exportFailedImportRowsEndpoint,
  exportOperationRows as exportOperationRowsEndpoint,
  exportSignedActivity as exportSignedActivityEndpoint,
  exportSubscriptions as exportSubscriptionsEndpoint,
} from '@clientele/contracts';
import type { Context } from '@clientele/db';
import type { Permission } from '@clientele/domain';
import {
  createLogKey,
  demand,
  downloadExport,
  exportActivity,
  exportCustomers,
  exportFailedImportRows,
  exportOperationRows,
  exportSignedActivity,
  exportSubscriptions,
} from '@clientele/services';
import type { IRouter, Response } from 'express';
import { contextOf, type MountOptions, parse } from './mount.ts';

/** The CSV downloads: rows stream from Postgres to the client, so memory does not grow with them. */
export function mountExports(router: IRouter, options: MountOptions): void {
  router.get(exportCustomersEndpoint.path, async (request, response) => {
    const { ctx } = await contextOf(request, response, options);
    demand(ctx, exportCustomersEndpoint.access as Permission);
    const { query } = parse(exportCustomersEndpoint, request);
    await sendCsv(response, ctx, 'customers', await exportCustomers(ctx, query));
  });
  router.get(exportActivityEndpoint.path, async (request, response) => {
    const { ctx } = await contextOf(request, response, options);
    demand(ctx, exportActivityEndpoint.access as Permission);
    const { query } = parse(exportActivityEndpoint, request);
    await sendCsv(response, ctx, 'activity', await exportActivity(ctx, query));
  });
  const key = createLogKey(options.secret);
  router.get(exportSignedActivityEndpoint.path, async (request, response) => {
    const { ctx } = await contextOf(request, response, options);
    demand(ctx, exportSignedActivityEndpoint.access as Permission);
    const { query } = parse(exportSignedActivityEndpoint, request);
    const rows = exportSignedActivity(ctx, key, query);
    await send(response, rows, {
      type: 'application/x-ndjson; charset=utf-8',
      file: `activity-${ctx.now.toISOString().slice(0, 10)}.jsonl`,
    });
  });
  router.get(exportOperationRowsEndpoint.path, async (request, response) => {
    const { ctx } = await contextOf(request, response, options);
    demand(ctx, exportOperationRowsEndpoint.access as Permission);
    const { params, query } = parse(exportOperationRowsEndpoint, request);
    await sendCsv(response, ctx, `rows-${query.state}`, await exportOperationRows(ctx, { ...params, ...query }));
  });
  router.get(downloadExportEndpoint.path, async (request, response) => {
    const { ctx } = await contextOf(request, response, options);
    demand(ctx, downloadExportEndpoint.access as Permission);
    const { params } = parse(downloadExportEndpoint, request);
    await sendCsv(response, ctx, 'customers', await downloadExport(ctx, params.operationId));
  });
  router.get(exportFailedImportRowsEndpoint.path, async (request, response) => {
    const { ctx } = await contextOf(request, response, options);
    demand(ctx, exportFailedImportRowsEndpoint.access as Permission);
    const { params, query } = parse(exportFailedImportRowsEndpoint, request);
    await sendCsv(response, ctx, 'failed-rows', await exportFailedImportRows(ctx, { ...params, ...query }));
  });
  router.get(exportSubscriptionsEndpoint.path, async (request, response) => {
    const { ctx } = await contextOf(request, response, options);
    demand(ctx, exportSubscriptionsEndpoint.access as Permission);
    const { params } = parse(exportSubscriptionsEndpoint, request);
    await sendCsv(response, ctx, 'subscriptions', await exportSubscriptions(ctx, params.customerId));
  });
}

const sendCsv = (response: Response, ctx: Context, name: string, rows: Readable): Promise<void> =>
  send(response, rows, { type: 'text/csv; charset=utf-8', file: `${name}-${ctx.now.toISOString().slice(0, 10)}.csv` });

async function send(response: Response, rows: Readable, { type, file }: { type: string; file: string }): Promise<void> {
  response.status(200).type(type);
  // What a partner knows of its customers is kept where the person saves it, and nowhere on the way.
  response.setHeader('cache-control', 'no-store');
  response.setHeader('content-disposition', `attachment; filename="${file}"`);
  // A client that goes away half way ends the query; there is nobody left to tell.
  await pipeline(rows, response).catch(() => response.destroy());
}
