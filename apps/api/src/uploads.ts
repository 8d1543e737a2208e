import { receiveImport } from '@clientele/contracts';
import { importLimits, type Permission, Refusal } from '@clientele/domain';
import { demand, encodings, receiveFile } from '@clientele/services';
import type { IRouter, Request, Response } from 'express';
import { contextOf, type MountOptions, parse } from './mount.ts';
import { problemOf, refusalOf } from './problems.ts';

/** So long an upload may take; a connection that only drips is cut. */
export const longestUploadMs = 15 * 60_000;

/** What browsers and programs call a CSV. */
const accepted = [
  'text/csv',
  'text/plain',
  'text/tab-separated-values',
  'application/csv',
  'application/vnd.ms-excel',
  'application/octet-stream',
];

/** What such a file is called. A name without an ending is one, too: it says nothing else. */
const endings = ['csv', 'tsv', 'txt'];

/** The uploads: the body goes through as it comes in and is never held whole, on disk or in memory. */
export function mountUploads(router: IRouter, options: MountOptions): void {
  router.post(receiveImport.path, async (request, response) => {
    const { ctx } = await contextOf(request, response, options);
    demand(ctx, receiveImport.access as Permission);
    const { fileName, encoding, delimiter } = parse({ ...receiveImport, body: undefined }, request).query;
    if (encoding !== undefined && !encodings.some((name) => name === encoding)) throw wrong('encoding', 'choice');
    const [, ending] = /\.([^.\s]+)$/.exec(fileName) ?? [];
    if (ending !== undefined && !endings.includes(ending.toLowerCase())) {
      leaveBody(request, response);
      throw new Refusal('validation_failed', `A file “.${ending}” is not a CSV. Save it as “CSV UTF-8” and upload that.`, {
        fields: [{ path: 'file', rule: 'file_workbook' }],
      });
    }
    if (!accepted.includes((request.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? ''))
      throw wrong('file', 'wrong_type');
    if (Number(request.get('content-length') ?? 0) > importLimits.bytes) {
      leaveBody(request, response);
      throw new Refusal(
        'payload_too_large',
        `A file may have at most ${importLimits.bytes / 1024 / 1024} MB. Split it, and import the parts one after the other.`,
        {
          fields: [{ path: 'file', rule: 'file_too_large', params: { max: importLimits.bytes / 1024 / 1024 } }],
        },
      );
    }
    const cut = setTimeout(() => request.destroy(), longestUploadMs);
    try {
      // Not destroyed when reading stops half way: the connection is still needed for the answer.
      const source = request.iterator({ destroyOnReturn: false });
      const result = await receiveFile({ ...ctx, idempotency: undefined }, { fileName, encoding, delimiter, source });
      response.status(receiveImport.status ?? 200).json(receiveImport.result.parse(result));
    } catch (error) {
      if (request.readableEnded) throw error;
      if (request.destroyed) return;
      leaveBody(request, response);
      const problem = problemOf(refusalOf(error), (response.locals as { requestId: string }).requestId);
      if (problem.code === 'internal') throw error;
      response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
    } finally {
      clearTimeout(cut);
    }
  });
}

const wrong = (path: string, rule: 'choice' | 'wrong_type') =>
  new Refusal('validation_failed', 'Some fields need your attention.', { fields: [{ path, rule }] });

/** The client is still sending: it is given a moment to read the answer, then the connection is closed. What it sends goes nowhere. */
function leaveBody(request: Request, response: Response): void {
  response.setHeader('connection', 'close');
  request.on('error', () => {});
  request.resume();
  const timer = setTimeout(() => request.destroy(), 2000);
  request.once('close', () => clearTimeout(timer));
}
