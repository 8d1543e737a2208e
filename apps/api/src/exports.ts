import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  downloadExport as downloadExportEndpoint,
  exportActivity as exportActivityEndpoint,
  exportCustomers as exportCustomersEndpoint,
  exportFailedImportRows as exportFailedImportRowsEndpoint,
  exportOperationRows as exportOperationRowsEndpoint,
  exportSubscriptions as exportSubscriptionsEndpoint,
} from '@clientele/contracts';
import type { Context } from '@clientele/db';
import type { Permission } from '@clientele/domain';
import {
  demand,
  downloadExport,
  exportActivity,
  exportCustomers,
  exportFailedImportRows,
  exportOperationRows,
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

async function sendCsv(response: Response, ctx: Context, name: string, rows: Readable): Promise<void> {
  response.status(200).type('text/csv; charset=utf-8');
  response.setHeader('content-disposition', `attachment; filename="${name}-${ctx.now.toISOString().slice(0, 10)}.csv"`);
  // A client that goes away half way ends the query; there is nobody left to tell.
  await pipeline(rows, response).catch(() => response.destroy());
}
