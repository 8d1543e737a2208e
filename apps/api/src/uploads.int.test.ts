import { request as httpRequest } from 'node:http';
import { Readable } from 'node:stream';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { aPartner } from '@clientele/db/testing';
import { importLimits } from '@clientele/domain';
import { describe, expect, it } from 'vitest';
import { usePortal } from './testing/portal.ts';

const portal = usePortal();

async function person(roles: Parameters<typeof portal.signedIn>[1] = ['global-admin']) {
  const partner = await aPartner(portal.sql);
  return { partner, ...(await portal.signedIn(partner, roles)) };
}
type Person = Awaited<ReturnType<typeof person>>;

/** Sends a body as it comes and gives the answer, or the error of the connection. */
function upload(
  { cookie }: Person,
  query: string,
  body: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  headers: Record<string, string> = {},
) {
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const outgoing = httpRequest(
      `${portal.url}/api/imports?${query}`,
      { method: 'POST', headers: { cookie, 'content-type': 'text/csv', ...headers } },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (piece: string) => {
          text += piece;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      },
    );
    outgoing.on('error', reject);
    const source = Readable.from(body);
    source.on('error', () => {});
    source.pipe(outgoing);
  });
}
const json = ({ text }: { text: string }) => JSON.parse(text);
const kept = async ({ partner }: Person) => ({
  files: (await portal.sql`select id from imports where partner_id = ${partner.id}`).length,
  rows: (await portal.sql`select position from import_rows where partner_id = ${partner.id}`).length,
});

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Bytes that this process still needs: what the garbage collector has not come to, on a busy machine for long, does not count. */
function memoryInUse(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

describe('an upload of customers', () => {
  it('is taken as it comes in, whatever the size of its pieces, and tells what it is', async () => {
    const who = await person();
    const bytes = Buffer.from('会社名;プライマリドメイン\n株式会社コントソ;contoso.example\n"two\nlines";b.example\n');
    const answer = await upload(
      who,
      'fileName=顧客.csv'.replace('顧客', encodeURIComponent('顧客')),
      [...bytes].map((byte) => Uint8Array.of(byte)),
    );
    expect(answer.status).toBe(201);
    expect(json(answer)).toMatchObject({
      ...{ fileName: '顧客.csv', encoding: 'utf-8', delimiter: ';', bytes: bytes.length, rowCount: 2, operationId: null },
      ...{ columns: ['会社名', 'プライマリドメイン'], mapping: { companyName: 0, domain: 1 }, actions: { start: { allowed: true } } },
      examples: [
        ['株式会社コントソ', 'contoso.example'],
        ['two\nlines', 'b.example'],
      ],
    });
  });

  it('is read in the encoding and with the delimiter that are told', async () => {
    const who = await person();
    const bytes = Buffer.from('name|domain,x\nMüller|m.example,1\n', 'latin1');
    const answer = await upload(who, 'fileName=a.csv&encoding=windows-1252&delimiter=%7C', [bytes]);
    expect(json(answer)).toMatchObject({
      encoding: 'windows-1252',
      delimiter: '|',
      columns: ['name', 'domain,x'],
      examples: [['Müller', 'm.example,1']],
    });
    expect(json(await upload(who, 'fileName=a.csv&encoding=klingon', [bytes]))).toMatchObject({
      status: 422,
      errors: [{ path: 'encoding', rule: 'choice' }],
    });
  });

  it.each([
    ['a quotation mark that is not closed', 'a,b\n"x,y\n', 'file_quote'],
    ['no rows', 'a,b\n', 'file_no_rows'],
    ['nothing', '', 'file_no_rows'],
    ['a workbook', 'PK\u0003\u0004', 'file_workbook'],
  ])('with %s is refused with a sentence, and leaves nothing', async (_what, text, rule) => {
    const who = await person();
    const answer = await upload(who, 'fileName=a.csv', [Buffer.from(text)]);
    expect(json(answer)).toMatchObject({ status: 422, code: 'validation_failed', errors: [{ path: 'file', rule }] });
    expect(await kept(who)).toEqual({ files: 0, rows: 0 });
  });

  it('is called as such a file is, whatever stands in it; a name without an ending says nothing else', async () => {
    const who = await person();
    const rows = [Buffer.from('a,b\n1,2\n')];
    for (const name of ['a.xlsx', 'a.csv.exe', 'a.html', 'a.CSV.zip'])
      expect(json(await upload(who, `fileName=${name}`, rows)), name).toMatchObject({
        status: 422,
        errors: [{ path: 'file', rule: 'file_workbook' }],
      });
    expect(await kept(who)).toEqual({ files: 0, rows: 0 });
    for (const name of ['a.CSV', 'a.tsv', 'customers', 'Fabrikam%20Co.%20customers', 'Fabrikam%20Co.'])
      expect(json(await upload(who, `fileName=${name}`, rows)), name).toMatchObject({ rowCount: 1 });
  });

  it('of 10 GB is stopped at the limit while it runs; memory stays flat, and nothing is kept', async () => {
    const who = await person();
    const line = `Company,${'x'.repeat(200)}.example,${'y'.repeat(1500)}\n`;
    const piece = Buffer.from(line.repeat(Math.ceil((256 * 1024) / line.length)));
    let sent = 0;
    /** The most memory that was in use in each half of what the limit lets through, in bytes. */
    const most = [0, 0];
    let measureAt = 0;
    async function* endless() {
      yield Buffer.from('name,domain,notes\n');
      while (sent < 10 * 1024 ** 3) {
        sent += piece.length;
        if (sent >= measureAt) {
          measureAt = sent + importLimits.bytes / 20;
          const half = sent < importLimits.bytes / 2 ? 0 : 1;
          most[half] = Math.max(most[half] ?? 0, memoryInUse());
        }
        yield piece;
      }
    }
    const answer = await upload(who, 'fileName=huge.csv', endless());
    expect(json(answer)).toMatchObject({
      ...{ status: 413, code: 'payload_too_large', detail: expect.stringContaining('200 MB') },
      errors: [{ path: 'file', rule: 'file_too_large', params: { max: 200 } }],
    });
    expect(sent).toBeLessThan(importLimits.bytes * 2);
    // Client and API are this very process; what it holds must not grow with what was sent.
    expect((most[1] ?? 0) - (most[0] ?? 0)).toBeLessThan(importLimits.bytes / 10);
    expect(await kept(who)).toEqual({ files: 0, rows: 0 });
  }, 180_000);

  it('that says beforehand that it is too large is not read at all', async () => {
    const who = await person();
    const answer = await upload(who, 'fileName=huge.csv', [Buffer.from('a,b\n')], { 'content-length': String(11 * 1024 ** 3) });
    expect(json(answer)).toMatchObject({ status: 413, errors: [{ rule: 'file_too_large' }] });
  });

  it('that breaks off leaves nothing', async () => {
    const who = await person();
    async function* broken() {
      yield Buffer.from(`name,domain\n${'a,a.example\n'.repeat(3000)}`);
      await new Promise((resolve) => setTimeout(resolve, 300));
      throw new Error('the line is dead');
    }
    const outgoing = new Promise((resolve) => {
      const request = httpRequest(`${portal.url}/api/imports?fileName=a.csv`, {
        method: 'POST',
        headers: { cookie: who.cookie, 'content-type': 'text/csv' },
      });
      request.on('error', resolve);
      Readable.from(broken())
        .on('error', () => request.destroy())
        .pipe(request);
    });
    await outgoing;
    await expect.poll(() => kept(who), { timeout: 10_000 }).toEqual({ files: 0, rows: 0 });
  });

  it('is for who may import, as a CSV, from our own pages', async () => {
    const helpdesk = await person(['helpdesk-agent']);
    expect(json(await upload(helpdesk, 'fileName=a.csv', [Buffer.from('a,b\n1,2\n')]))).toMatchObject({
      status: 403,
      details: { permission: 'customers.import' },
    });
    const who = await person();
    for (const type of ['multipart/form-data; boundary=x', 'application/json'])
      expect(json(await upload(who, 'fileName=a.csv', [Buffer.from('{}')], { 'content-type': type })).status).toBe(422);
    expect(json(await upload(who, '', [Buffer.from('a,b\n1,2\n')]))).toMatchObject({
      status: 422,
      errors: [{ path: 'fileName', rule: 'required' }],
    });
    expect(json(await upload(who, 'fileName=a.csv', [Buffer.from('a,b\n1,2\n')], { origin: 'https://elsewhere.example' })).status).toBe(
      403,
    );
  });
});
