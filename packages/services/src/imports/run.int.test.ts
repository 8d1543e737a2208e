import { Readable } from 'node:stream';
import {
  aContext,
  aCustomer,
  aCustomerUser,
  anImport,
  anOrganization,
  aPartner,
  aPartnerUser,
  useTestDatabase,
} from '@clientele/db/testing';
import type { PartnerType, Role } from '@clientele/domain';
import { describe, expect, it } from 'vitest';
import { getCustomer } from '../customers/edit.ts';
import { listCustomers } from '../customers/list.ts';
import { cancelOperation, pauseOperation, resumeOperation, retryOperation } from '../operations/control.ts';
import { getOperation } from '../operations/list.ts';
import { outcomeOf, refusalOf, runAsWorker } from '../testing/acts.ts';
import { getImport, listImports } from './list.ts';
import { receiveFile } from './receive.ts';
import { exportFailedImportRows, listImportRows } from './rows.ts';
import { type ImportOrder, startImport } from './start.ts';

const test = useTestDatabase();

async function setting({ roles = ['global-admin'] as Role[], type = 'direct-partner' as PartnerType } = {}) {
  const partner = await aPartner(test.sql, { type });
  const author = await aPartnerUser(test.sql, partner, roles);
  return { partner, author, ctx: aContext(test.api, partner, author) };
}
type World = Awaited<ReturnType<typeof setting>>;

let count = 0;
/** Domains that no other test has. */
const mark = () => `i${process.pid}x${++count}`;

const receive = ({ ctx }: World, text: string | Buffer) =>
  receiveFile(ctx, { fileName: 'customers.csv', source: Readable.from([typeof text === 'string' ? Buffer.from(text) : text]) });
const order = (file: { id: string; mapping: ImportOrder['mapping'] }, more: Partial<ImportOrder> = {}): ImportOrder => ({
  ...{ importId: file.id, mapping: file.mapping, country: 'JP', language: 'en', tags: [], updateExisting: true, request: null },
  ...more,
});
const work = ({ partner }: World, operation: { id: string }) => runAsWorker(test.worker, partner, operation.id);

/** Uploads and checks; gives the import as it waits for approval. */
async function checked(world: World, text: string, more: Partial<ImportOrder> = {}) {
  const file = await receive(world, text);
  const operation = await startImport(world.ctx, order(file, more));
  await work(world, operation);
  return { operation, file: await getImport(world.ctx, file.id) };
}
async function written(world: World, { operation, file }: Awaited<ReturnType<typeof checked>>) {
  await resumeOperation(world.ctx, operation.id);
  await work(world, operation);
  return { operation: await getOperation(world.ctx, operation.id), file: await getImport(world.ctx, file.id) };
}
const rowsOf = async (world: World, file: { id: string }, kind: Parameters<typeof listImportRows>[1]['kind'] = 'all') =>
  (await listImportRows(world.ctx, { importId: file.id, kind, limit: 100 })).items;
/** Everything that an import may change, for one partner. */
const everything = async ({ partner }: World) => ({
  customers: await test.sql`select * from customers where partner_id = ${partner.id} order by id`,
  events: await test.sql`select * from events where partner_id = ${partner.id} and type not like 'operation.%' order by id`,
});

describe('the dry run of an import', () => {
  it('says what would be created, updated, left, is there twice, and is wrong; and changes nothing', async () => {
    const world = await setting();
    const m = mark();
    const known = await aCustomer(test.sql, world.partner, { companyName: 'Known', domain: `known.${m}.example` });
    await aCustomer(test.sql, world.partner, { companyName: 'Same', domain: `same.${m}.example` });
    await aCustomer(test.sql, world.partner, { domain: `ended.${m}.example`, relationship: 'ended' });
    const before = await everything(world);
    const { operation, file } = await checked(
      world,
      `Company name;Primary domain;Email;Tags\nNew;new.${m}.example;a@b.example;x\nKnown Ltd;KNOWN.${m}.example;;\nSame;same.${m}.example;;\nNew again;new.${m}.example;;\nBad;no domain;not a mail;\nEnded;ended.${m}.example;;\nShort;short.${m}.example\nOurs;nobody-${m}.clientele.cloud;;\n`,
    );
    expect(file).toMatchObject({
      delimiter: ';',
      rowCount: 8,
      checked: { create: 1, update: 1, unchanged: 1, duplicate: 1, error: 4 },
      written: null,
    });
    expect(await getOperation(world.ctx, operation.id)).toMatchObject({
      ...{ state: 'paused', waiting: 'approval', progress: { done: 0, failed: 4, skipped: 2, total: 8 } },
      actions: { resume: { allowed: true }, cancel: { allowed: true } },
    });
    expect((await rowsOf(world, file)).map(({ line, label, state, outcome }) => [line, label, state, outcome])).toEqual([
      [2, 'New', 'pending', 'would_create'],
      [3, 'Known Ltd', 'pending', 'would_update'],
      [4, 'Same', 'skipped', 'unchanged'],
      [5, 'New again', 'skipped', 'duplicate'],
      [6, 'Bad', 'failed', null],
      [7, 'Ended', 'failed', null],
      [8, 'Short', 'failed', null],
      [9, 'Ours', 'failed', null],
    ]);
    expect((await rowsOf(world, file, 'error')).map(({ failures }) => failures)).toEqual([
      [
        { code: 'domain', column: 'Primary domain', value: 'no domain', params: { field: 'domain' } },
        { code: 'email', column: 'Email', value: 'not a mail', params: { field: 'email' } },
      ],
      [{ code: 'customer_ended', column: 'Primary domain', value: `ended.${m}.example`, params: { field: 'domain' } }],
      [{ code: 'cell_count', params: { found: 2, expected: 4 } }],
      [{ code: 'domain_reserved', column: 'Primary domain', value: `nobody-${m}.clientele.cloud`, params: { field: 'domain' } }],
    ]);
    expect((await rowsOf(world, file, 'update'))[0]?.customerId).toBe(known.id);
    expect(await everything(world)).toEqual(before);
  });

  it('refuses a support contact for a relationship that ends, or that has ended and is asked for anew', async () => {
    const world = await setting();
    const m = mark();
    await aCustomer(test.sql, world.partner, { companyName: 'One', domain: `one.${m}.example`, relationship: 'ending' });
    const again = { relationship: 'requested', relationshipEndedAt: new Date() } as const;
    await aCustomer(test.sql, world.partner, { companyName: 'Two', domain: `two.${m}.example`, ...again });
    const lines = ['One', 'Two'].map((name) => `${name},${name.toLowerCase()}.${m}.example,Help Desk\n`);
    const { file } = await checked(world, `name,domain,support contact\n${lines.join('')}`);
    expect((await rowsOf(world, file)).map(({ state, failures }) => [state, failures[0]?.code])).toEqual([
      ['failed', 'customer_ended'],
      ['failed', 'customer_ended'],
    ]);
  });

  it('finds duplicates that stand thousands of rows apart', async () => {
    const world = await setting();
    const m = mark();
    const lines = Array.from({ length: 2500 }, (_, n) => `Company ${n},c${n % 2400}.${m}.example`);
    const { file } = await checked(world, `name,domain\n${lines.join('\n')}\n`);
    expect(file.checked).toEqual({ create: 2400, update: 0, unchanged: 0, duplicate: 100, error: 0 });
  });

  it('can be thrown away and done again with other columns', async () => {
    const world = await setting();
    const m = mark();
    const { operation, file } = await checked(world, `a,b,c\nContoso,x,one.${m}.example\n`, { mapping: { companyName: 0, domain: 1 } });
    expect(file.checked?.error).toBe(1);
    expect(await refusalOf(startImport(world.ctx, order(file)))).toMatchObject({
      code: 'illegal_transition',
      details: { state: 'paused' },
    });
    await cancelOperation(world.ctx, operation.id);
    const again = await startImport(world.ctx, order(file, { mapping: { companyName: 0, domain: 2 } }));
    await work(world, again);
    expect((await getImport(world.ctx, file.id)).checked).toMatchObject({ create: 1, error: 0 });
  });
});

describe('an import that is approved', () => {
  it('creates customers without a relationship, updates the known ones, and tells of each in the log', async () => {
    const world = await setting();
    const m = mark();
    const known = await aCustomer(test.sql, world.partner, {
      companyName: 'Known',
      domain: `known.${m}.example`,
      tags: ['old'],
      notes: 'mine',
    });
    const run = await checked(
      world,
      `会社名,ドメイン,国,郵便番号,都道府県,市区町村,住所,担当者,メール,タグ,メモ,顧客ID,同意日\n株式会社🚀,new.${m}.example,日本,100-0005,東京都,千代田区,丸の内 1-1,田中 愛子,aiko@new.example,金、更新,=1+1,P-77,2025-04-01\nKnown,known.${m}.example,,,,,,,,new,theirs,P-78,\n`,
      { tags: ['imported'] },
    );
    const { operation, file } = await written(world, run);
    expect(operation).toMatchObject({ state: 'succeeded', progress: { done: 2, failed: 0, skipped: 0, total: 2 } });
    expect(file.written).toEqual({ create: 1, update: 1, unchanged: 0, duplicate: 0, error: 0 });
    const [created, updated] = await rowsOf(world, file);
    expect([created?.outcome, updated?.outcome]).toEqual(['created', 'updated']);
    expect(await getCustomer(world.ctx, created?.customerId ?? '')).toMatchObject({
      ...{
        companyName: '株式会社🚀',
        domain: `new.${m}.example`,
        country: 'JP',
        relationship: 'none',
        delegatedAdmin: false,
        relationshipSince: null,
      },
      ...{
        address: { line1: '丸の内 1-1', city: '千代田区', state: '13', postalCode: '100-0005' },
        tags: ['金', '更新', 'imported'],
        notes: '=1+1',
      },
      ...{ contact: { firstName: '愛子', lastName: '田中', email: 'aiko@new.example' }, agreementAccepted: true, users: [] },
    });
    expect(await getCustomer(world.ctx, known.id)).toMatchObject({
      tags: ['old', 'new', 'imported'],
      notes: 'mine\n\ntheirs',
      relationship: 'active',
      version: 2,
    });
    expect(await test.sql`select external_id from customers where partner_id = ${world.partner.id} order by 1`).toEqual([
      { external_id: 'P-77' },
      { external_id: 'P-78' },
    ]);
    const events =
      await test.sql`select type, actor_id, data from events where partner_id = ${world.partner.id} and type not like 'operation.%' order by type`;
    expect(events).toEqual([
      { type: 'agreement.attested', actor_id: world.author.id, data: { date: '2025-04-01' } },
      {
        type: 'customer.edited',
        actor_id: world.author.id,
        data: { fields: expect.arrayContaining(['tags', 'notes', 'externalId']), version: 2 },
      },
      { type: 'customer.imported', actor_id: world.author.id, data: { operationId: operation.id, domain: `new.${m}.example` } },
    ]);
    // Nobody has consented: they are not on the list of the partner's customers.
    expect((await listCustomers(world.ctx, { relationship: 'live', sort: 'company', order: 'asc', limit: 10 })).items).toHaveLength(1);
    expect((await listCustomers(world.ctx, { relationship: 'none', sort: 'company', order: 'asc', limit: 10 })).items).toHaveLength(1);
    // The link of the result shows exactly what the import has created.
    expect((await rowsOf(world, file, 'create')).map(({ customerId }) => customerId)).toEqual([created?.customerId]);
  });

  it('done a second time with the same file changes no row and writes nothing to the log', async () => {
    const world = await setting();
    const m = mark();
    const text = `name,domain,tags,notes,contact,phone,country\n${Array.from({ length: 30 }, (_, n) => `Company ${n},c${n}.${m}.example,a;b,"a note, ${n}",Ada Moreno,'+81 3 1234 567${n % 10},Germany`).join('\n')}\n`;
    await written(world, await checked(world, text, { tags: ['imported'] }));
    const before = await everything(world);
    expect(before.customers).toHaveLength(30);
    const again = await checked(world, text, { tags: ['imported'] });
    expect(again.file.checked).toEqual({ create: 0, update: 0, unchanged: 30, duplicate: 0, error: 0 });
    const { operation } = await written(world, again);
    expect(operation).toMatchObject({ state: 'succeeded', progress: { done: 0, failed: 0, skipped: 30, total: 30 } });
    expect(await everything(world)).toEqual(before);
  });

  it('judges each row anew: what changed since the dry run counts', async () => {
    const world = await setting();
    const m = mark();
    const run = await checked(world, `name,domain\nOne,one.${m}.example\nTwo,two.${m}.example\nThree,three.${m}.example\n`);
    await aCustomer(test.sql, world.partner, { companyName: 'One', domain: `one.${m}.example` });
    await aCustomer(test.sql, world.partner, { domain: `two.${m}.example`, relationship: 'ended' });
    const { operation, file } = await written(world, run);
    expect((await rowsOf(world, file)).map(({ state, outcome, failures }) => [state, outcome, failures[0]?.code])).toEqual([
      ['skipped', 'unchanged', undefined],
      ['failed', 'not_written', 'customer_ended'],
      ['done', 'created', undefined],
    ]);
    expect(operation).toMatchObject({ state: 'failed', actions: { retry: { allowed: true } } });
    await test.sql`update customers set relationship = 'active' where partner_id = ${world.partner.id}`;
    await retryOperation(world.ctx, operation.id);
    await work(world, operation);
    expect(await getOperation(world.ctx, operation.id)).toMatchObject({ progress: { done: 2, failed: 0, skipped: 1, total: 3 } });
  });

  it('of a domain that another partner serves makes a row of its own, and shows nothing of the other', async () => {
    const [theirs, world] = [await setting(), await setting()];
    const organization = await anOrganization(test.sql);
    await aCustomerUser(test.sql, organization);
    await aCustomer(test.sql, theirs.partner, {
      organizationId: organization.id,
      domain: organization.domain,
      companyName: 'Secret name',
      notes: 'secret',
    });
    const { file } = await written(world, await checked(world, `name,domain\nMine,${organization.domain}\n`));
    const [row] = await rowsOf(world, file);
    expect(row?.outcome).toBe('created');
    expect(await getCustomer(world.ctx, row?.customerId ?? '')).toMatchObject({ companyName: 'Mine', notes: '', users: [] });
    expect(await test.sql`select id from organizations where domain = ${organization.domain}`).toHaveLength(1);
  });

  it('makes each customer once when two imports of the same file run at the same moment', async () => {
    const world = await setting();
    const m = mark();
    const text = `name,domain\n${Array.from({ length: 700 }, (_, n) => `Company ${n},c${n}.${m}.example`).join('\n')}\n`;
    const runs = [await checked(world, text), await checked(world, text)];
    for (const { operation } of runs) await resumeOperation(world.ctx, operation.id);
    await Promise.all(runs.map(({ operation }) => work(world, operation)));
    const files = await Promise.all(runs.map(({ file }) => getImport(world.ctx, file.id)));
    expect(files.reduce((sum, file) => sum + (file.written?.create ?? 0), 0)).toBe(700);
    expect(await test.sql`select id from customers where partner_id = ${world.partner.id}`).toHaveLength(700);
    expect(await test.sql`select id from events where partner_id = ${world.partner.id} and type = 'customer.imported'`).toHaveLength(700);
  });

  it('can be paused and cancelled; what it has written stays, and nothing more is', async () => {
    const world = await setting();
    const m = mark();
    const run = await checked(
      world,
      `name,domain\n${Array.from({ length: 1200 }, (_, n) => `Company ${n},c${n}.${m}.example`).join('\n')}\n`,
    );
    await resumeOperation(world.ctx, run.operation.id);
    const working = work(world, run.operation);
    const made = async () => Number((await test.sql`select count(*) from customers where partner_id = ${world.partner.id}`)[0]?.count);
    await expect.poll(made, { interval: 5, timeout: 20_000 }).toBeGreaterThan(0);
    await pauseOperation(world.ctx, run.operation.id);
    await working;
    const atPause = await made();
    expect(atPause).toBeLessThan(1200);
    await work(world, run.operation);
    expect(await made()).toBe(atPause);
    await cancelOperation(world.ctx, run.operation.id);
    await work(world, run.operation);
    expect(await made()).toBe(atPause);
    const file = await getImport(world.ctx, run.file.id);
    expect(file.written?.create).toBe(atPause);
    expect((await rowsOf(world, file, 'create')).filter(({ state }) => state === 'done').length).toBeGreaterThan(0);
    // The log does not say that a person paused what only waits to be looked at.
    const told = await test.sql`select type, data->>'waiting' as waiting from events
      where partner_id = ${world.partner.id} and type in ('operation.paused', 'operation.resumed') order by id`;
    expect(told.map(({ type, waiting }) => [type, waiting])).toEqual([
      ['operation.paused', 'approval'],
      ['operation.resumed', 'approval'],
      ['operation.paused', null],
    ]);
  });

  it('asks each created customer for a relationship when that is wanted, and says who could not be asked', async () => {
    const world = await setting();
    const m = mark();
    const run = await checked(
      world,
      `name,domain,email\nA,a.${m}.example,a@${m}.example\nB,b.${m}.example,\nC,c.${m}.example,A@${m}.example\n`,
      {
        request: { delegatedAdmin: true, message: 'Please {link}' },
      },
    );
    const { file, operation } = await written(world, run);
    expect(operation.state).toBe('succeeded');
    expect((await rowsOf(world, file)).map(({ outcome, failures }) => [outcome, failures[0]?.code])).toEqual([
      ['asked', undefined],
      ['not_asked', 'required'],
      ['not_asked', 'already_invited'],
    ]);
    expect(
      await test.sql`select c.domain, c.relationship, i.email, d.state from customers c left join invitations i on i.customer_id = c.id left join deliveries d on d.invitation_id = i.id
        where c.partner_id = ${world.partner.id} order by 1`,
    ).toEqual([
      { domain: `a.${m}.example`, relationship: 'requested', email: `a@${m}.example`, state: 'queued' },
      { domain: `b.${m}.example`, relationship: 'none', email: null, state: null },
      { domain: `c.${m}.example`, relationship: 'none', email: null, state: null },
    ]);
  });
});

describe('who may import', () => {
  it('is who may add customers; asking and attesting need their own permissions', async () => {
    const helpdesk = await setting({ roles: ['helpdesk-agent'] });
    expect(await outcomeOf(receive(helpdesk, 'name,domain\na,b.example\n'))).toBe('forbidden');
    const sales = await setting({ roles: ['sales-agent'] });
    const file = await receive(sales, 'name,domain,agreement date\na,b.example,2025-01-01\n');
    expect(await outcomeOf(startImport(sales.ctx, order(file, { request: { delegatedAdmin: true, message: '' } })))).toBe('forbidden');
    const reseller = await setting({ type: 'indirect-reseller' });
    const theirs = await receive(reseller, 'name,domain,agreement date\na,b.example,2025-01-01\n');
    expect(await outcomeOf(startImport(reseller.ctx, order(theirs)))).toBe('forbidden');
    expect(await outcomeOf(startImport(reseller.ctx, order(theirs, { mapping: { companyName: 0, domain: 1 } })))).toBe('done');
  });

  it('knows nothing of another partner’s file', async () => {
    const [mine, theirs] = [await setting(), await setting()];
    const importId = await anImport(test.sql, theirs.partner, theirs.author);
    expect(await outcomeOf(getImport(mine.ctx, importId))).toBe('not_found');
    expect(await outcomeOf(startImport(mine.ctx, order({ id: importId, mapping: { companyName: 0, domain: 1 } })))).toBe('not_found');
    expect(await outcomeOf(listImportRows(mine.ctx, { importId, kind: 'all', limit: 10 }))).toBe('not_found');
    expect(await outcomeOf(exportFailedImportRows(mine.ctx, { importId, language: 'en' }))).toBe('not_found');
    expect((await listImports(mine.ctx, { limit: 10 })).items).toEqual([]);
  });
});

describe('the file of failed rows', () => {
  it('has the original cells and what is wrong, guarded; mended and loaded again it goes through', async () => {
    const world = await setting();
    const m = mark();
    const run = await checked(
      world,
      `Company name,Primary domain,Phone,Notes\n"=HYPERLINK(""x"")",bad domain,+81 3 1234 5678,"two\nlines, and a comma"\nGood,good.${m}.example,,\nОчень,аpple-${m}.com,,\n`,
    );
    const { file } = await written(world, run);
    let csv = '';
    for await (const piece of await exportFailedImportRows(world.ctx, { importId: file.id, language: 'en' })) csv += piece;
    expect(csv).toBe(
      `\ufeffCompany name,Primary domain,Phone,Notes,What is wrong\r\n"'=HYPERLINK(""x"")",bad domain,'+81 3 1234 5678,"two\nlines, and a comma",“Primary domain” is not a domain like contoso.com.\r\nОчень,аpple-${m}.com,,,"“Primary domain” mixes letters of several scripts, so that it could be taken for another domain."\r\n`,
    );
    const mended = csv.replace('bad domain', `mended.${m}.example`).replace('аpple', 'apple');
    const again = await written(world, await checked(world, mended));
    expect(again.file.written).toEqual({ create: 2, update: 0, unchanged: 0, duplicate: 0, error: 0 });
    const names =
      await test.sql`select company_name, contact->>'phone' as phone, notes from customers where domain = ${`mended.${m}.example`}`;
    expect(names).toEqual([{ company_name: '=HYPERLINK("x")', phone: '+81 3 1234 5678', notes: 'two\nlines, and a comma' }]);
  });
});

describe('a file that cannot be read', () => {
  it('leaves nothing behind', async () => {
    const world = await setting();
    const lines = Array.from({ length: 3000 }, (_, n) => `Company ${n},c${n}.example`).join('\n');
    for (const text of [`name,domain\n${lines}\n"open`, `name,domain\n${lines}\nx,日本語日本語日本`])
      expect(
        await outcomeOf(receive(world, Buffer.concat([Buffer.from(text), Buffer.from(text.endsWith('本') ? [0xe6, 0x97, 0x0a] : [])]))),
      ).toBe('validation_failed');
    expect(await test.sql`select id from imports where partner_id = ${world.partner.id}`).toEqual([]);
    expect(await test.sql`select position from import_rows where partner_id = ${world.partner.id}`).toEqual([]);
  });

  it('whose upload died with its process is forgotten at the next one', async () => {
    const world = await setting();
    const dead = await anImport(test.sql, world.partner, world.author);
    await test.sql`update imports set state = 'receiving', created_at = now() - interval '2 hours' where id = ${dead}`;
    await receive(world, 'name,domain\na,b.example\n');
    expect(await test.sql`select position from import_rows where import_id = ${dead}`).toEqual([]);
  });
});

describe('a retry', () => {
  it('tries the rows that failed while they were written, asks what they create, and leaves what the dry run refused', async () => {
    const world = await setting();
    const m = mark();
    const run = await checked(
      world,
      `name,domain,email\nBad,no domain,x@${m}.example\nOne,one.${m}.example,one@${m}.example\nTwo,two.${m}.example,two@${m}.example\n`,
      { request: { delegatedAdmin: true, message: 'Please {link}' } },
    );
    const inTheWay = await aCustomer(test.sql, world.partner, { domain: `two.${m}.example`, relationship: 'ended' });
    const { operation } = await written(world, run);
    expect(operation).toMatchObject({ state: 'failed', progress: { done: 1, failed: 2, total: 3 } });
    await test.sql`delete from customers where id = ${inTheWay.id}`;
    expect((await retryOperation(world.ctx, operation.id)).progress).toEqual({ done: 1, failed: 1, skipped: 0, total: 3 });
    await work(world, operation);
    expect(await getOperation(world.ctx, operation.id)).toMatchObject({ state: 'succeeded', progress: { done: 2, failed: 1, total: 3 } });
    const file = await getImport(world.ctx, run.file.id);
    expect((await rowsOf(world, file)).map(({ state, outcome }) => [state, outcome])).toEqual([
      ['failed', null],
      ['done', 'asked'],
      ['done', 'asked'],
    ]);
    expect(file.written).toEqual({ create: 2, update: 0, unchanged: 0, duplicate: 0, error: 0 });
    expect(await test.sql`select id from invitations where partner_id = ${world.partner.id}`).toHaveLength(2);
  });

  /** An import whose dry run breaks after its first thousand rows, of which the first is wrong. */
  async function broken(world: World) {
    const m = mark();
    const lines = Array.from({ length: 1500 }, (_, n) => `Company ${n},${n === 0 ? 'no domain' : `c${n}.${m}.example`}`);
    const file = await receive(world, `name,domain\n${lines.join('\n')}\n`);
    const [cells] = await test.sql`select cells from import_rows where import_id = ${file.id} and position = 1200`;
    await test.sql`update import_rows set cells = 'null' where import_id = ${file.id} and position = 1200`;
    const operation = await startImport(world.ctx, order(file));
    await work(world, operation);
    expect((await getOperation(world.ctx, operation.id)).state).toBe('failed');
    const mend = () =>
      test.sql`update import_rows set cells = ${test.sql.json(cells?.cells)} where import_id = ${file.id} and position = 1200`;
    const domains = async () => (await test.sql`select position from import_domains where operation_id = ${operation.id}`).length;
    return { file, operation, mend, domains };
  }

  it('of a dry run that broke goes on with it; what it has refused so far stays refused', async () => {
    const world = await setting();
    const { file, operation, mend } = await broken(world);
    await mend();
    await retryOperation(world.ctx, operation.id);
    await work(world, operation);
    expect(await getOperation(world.ctx, operation.id)).toMatchObject({ waiting: 'approval', progress: { failed: 1, total: 1500 } });
    expect((await getImport(world.ctx, file.id)).checked).toMatchObject({ create: 1499, error: 1 });
    expect((await rowsOf(world, file, 'error')).map(({ position }) => position)).toEqual([1]);
  });

  it('of an import whose file was started anew is refused, and changes nothing of the newer one', async () => {
    const world = await setting();
    const { file, operation, mend } = await broken(world);
    await mend();
    const newer = await startImport(world.ctx, order(file));
    await work(world, newer);
    const before = await getImport(world.ctx, file.id);
    await retryOperation(world.ctx, operation.id);
    await work(world, operation);
    const { state, steps, actions } = await getOperation(world.ctx, operation.id);
    expect([state, steps[0]?.failure?.code]).toEqual(['failed', 'superseded']);
    expect(actions.retry).toEqual({ allowed: false, reason: 'state', state: 'superseded' });
    await expect(retryOperation(world.ctx, operation.id)).rejects.toMatchObject({
      code: 'illegal_transition',
      details: { state: 'superseded' },
    });
    expect(await getImport(world.ctx, file.id)).toEqual(before);
  });

  it('is not waited for once it is cancelled or started anew: the domains that it noted are gone', async () => {
    const world = await setting();
    const [cancelled, superseded] = [await broken(world), await broken(world)];
    expect([await cancelled.domains(), await superseded.domains()]).toEqual([999, 999]);
    await cancelOperation(world.ctx, cancelled.operation.id);
    await startImport(world.ctx, order(superseded.file));
    expect([await cancelled.domains(), await superseded.domains()]).toEqual([0, 0]);
  });
});

describe('the rows of an import', () => {
  const kinds = ['all', 'create', 'update', 'unchanged', 'duplicate', 'error', 'not-asked'] as const;

  it('are read page after page', async () => {
    const world = await setting();
    const m = mark();
    const { file } = await checked(
      world,
      `name,domain\n${Array.from({ length: 30 }, (_, n) => `Company ${n},c${n}.${m}.example`).join('\n')}\n`,
    );
    const first = await listImportRows(world.ctx, { importId: file.id, kind: 'all', limit: 25 });
    expect([first.items.length, first.total.count]).toEqual([25, 30]);
    const second = await listImportRows(world.ctx, { importId: file.id, kind: 'all', limit: 25, after: first.next ?? '' });
    expect([second.items[0]?.position, second.items.length, second.next]).toEqual([26, 5, null]);
  });

  it('are as many as is said, in the dry run and when they are written', async () => {
    const world = await setting();
    const m = mark();
    await aCustomer(test.sql, world.partner, { companyName: 'Known', domain: `known.${m}.example` });
    const run = await checked(
      world,
      `name,domain\nBad,no domain\nKnown Ltd,known.${m}.example\nOne,one.${m}.example\nTwo,two.${m}.example\nOne,one.${m}.example\nThree,three.${m}.example\n`,
    );
    const compare = async () => {
      for (const kind of kinds) {
        const { items, total } = await listImportRows(world.ctx, { importId: run.file.id, kind, limit: 100 });
        expect([kind, total.count]).toEqual([kind, items.length]);
      }
    };
    await compare();
    await aCustomer(test.sql, world.partner, { companyName: 'One', domain: `one.${m}.example` });
    await aCustomer(test.sql, world.partner, { domain: `two.${m}.example`, relationship: 'ended' });
    const { operation } = await written(world, run);
    await compare();
    await retryOperation(world.ctx, operation.id);
    await compare();
  });
});

describe('a text that is cut', () => {
  it('is not cut in the middle of an emoji, which could not be kept', async () => {
    const world = await setting();
    const long = (letter: string) => `${letter.repeat(199)}🚀${letter}`;
    const { file } = await checked(world, `name,domain,${long('h')}\n${long('n')},${mark()}.example,${long('c')}\n`);
    expect(file).toMatchObject({
      checked: { error: 1 },
      columns: ['name', 'domain', `${'h'.repeat(199)}🚀`],
      examples: [[`${'n'.repeat(199)}🚀`, expect.any(String), `${'c'.repeat(199)}🚀`]],
    });
    expect((await rowsOf(world, file))[0]?.label).toBe(`${'n'.repeat(199)}🚀`);
  });
});

describe('a file that was forgotten', () => {
  it('but is started at the very moment when it would be cleared away keeps its rows', async () => {
    const world = await setting();
    const old = await anImport(test.sql, world.partner, world.author);
    await test.sql`update imports set created_at = now() - interval '8 days' where id = ${old}`;
    const starting = await test.sql.reserve();
    await starting`begin`;
    await starting`update imports set operation_id = ${old} where id = ${old}`;
    const next = receive(world, 'name,domain\na,b.example\n');
    await new Promise((done) => setTimeout(done, 400));
    await starting`commit`;
    starting.release();
    await next;
    expect(await test.sql`select id from imports where id = ${old}`).toHaveLength(1);
    expect((await test.sql`select position from import_rows where import_id = ${old}`).length).toBeGreaterThan(0);
  });
});
