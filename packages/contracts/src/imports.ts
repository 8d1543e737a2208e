import { importFields, languages, lengths, operationStates } from '@clientele/domain';
import { z } from 'zod';
import { endpoint } from './endpoint.ts';
import { allowed, country, id, limit, line, moment, page, text } from './fields.ts';
import { delegatedAdminDays } from './invitations.ts';
import { operation } from './operations.ts';

/** What was found or done, in rows. */
export const importCounts = z.object({ create: z.int(), update: z.int(), unchanged: z.int(), duplicate: z.int(), error: z.int() });
export type ImportCounts = z.output<typeof importCounts>;

/** The column (from 0) that each field is read from. */
export const importMapping = z.partialRecord(z.enum(importFields), z.int().min(0).max(199));

/** A file of customers: what it is, what its columns are, and how far its import is. */
export const customerImport = z.object({
  id,
  fileName: z.string(),
  bytes: z.int(),
  encoding: z.string(),
  delimiter: z.string(),
  columns: z.array(z.string()),
  /** The cells of the first rows. */
  examples: z.array(z.array(z.string())),
  rowCount: z.int(),
  mapping: importMapping,
  /** The newest operation over it: it checks the rows, waits to be resumed, and writes them. */
  operationId: id.nullable(),
  operationState: z.enum(operationStates).nullable(),
  /** What the dry run found so far: would create, update, leave, and so on. */
  checked: importCounts.nullable(),
  /** What has been done so far. */
  written: importCounts.nullable(),
  createdAt: moment,
  createdBy: z.string(),
  actions: z.object({ start: allowed }),
});
export type CustomerImport = z.output<typeof customerImport>;

export const receiveImport = endpoint({
  name: 'receiveImport',
  method: 'POST',
  path: '/api/imports',
  summary:
    'Takes a CSV file (at most 200 MB and 500,000 rows) as the body, of type text/csv. Byte order mark, encoding and delimiter are detected unless told; 422 names the line of a file that cannot be read.',
  tag: 'Imports',
  access: 'customers.import',
  takes: 'text/csv',
  query: z.object({
    fileName: line(200),
    encoding: z.string().max(40).optional(),
    delimiter: z.enum([',', ';', '\t', '|']).optional(),
  }),
  body: z.string(),
  result: customerImport,
  status: 201,
});

export const listImports = endpoint({
  name: 'listImports',
  method: 'GET',
  path: '/api/imports',
  summary: 'Files of customers that were uploaded, newest first.',
  tag: 'Imports',
  access: 'customers.see',
  query: z.object({ after: z.string().max(500).optional(), limit }),
  result: page(customerImport),
});

const ofImport = z.object({ importId: id });

export const getImport = endpoint({
  name: 'getImport',
  method: 'GET',
  path: '/api/imports/:importId',
  summary: 'One file of customers: its columns with examples, and what its dry run found.',
  tag: 'Imports',
  access: 'customers.see',
  params: ofImport,
  result: customerImport,
});

export const startImport = endpoint({
  name: 'startImport',
  method: 'POST',
  path: '/api/imports/:importId/start',
  summary:
    'Begins with a dry run over the rows. Its operation then pauses for approval; resuming that writes, and asks each new customer for a relationship if wanted.',
  tag: 'Imports',
  access: 'customers.import',
  params: ofImport,
  body: z.object({
    mapping: importMapping,
    /** For rows that say nothing about it. */
    country,
    language: z.enum(languages),
    tags: z.array(line(lengths.tag)).max(10).default([]),
    updateExisting: z.boolean().default(true),
    /** Sends each created customer a relationship request; needs the permission to send invitations. */
    request: z
      .object({ delegatedAdmin: z.boolean(), delegatedAdminDays: delegatedAdminDays.optional(), message: text(lengths.message) })
      .nullable()
      .default(null),
  }),
  result: operation,
  status: 202,
});

/** What a row can come to, as a filter. */
export const importRowKinds = ['all', 'create', 'update', 'unchanged', 'duplicate', 'error', 'not-asked'] as const;

export const importRow = z.object({
  position: z.int(),
  /** Its line in the file. */
  line: z.int(),
  label: z.string(),
  customerId: id.nullable(),
  state: z.enum(['pending', 'done', 'failed', 'skipped']),
  outcome: z.string().nullable(),
  failures: z.array(
    z.object({
      code: z.string(),
      column: z.string().optional(),
      value: z.string().optional(),
      params: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
    }),
  ),
});
export type ImportRow = z.output<typeof importRow>;

export const listImportRows = endpoint({
  name: 'listImportRows',
  method: 'GET',
  path: '/api/imports/:importId/rows',
  summary: 'What each row would do, or has done: its line, and for one that is broken the column, the value and the rule.',
  tag: 'Imports',
  access: 'customers.see',
  params: ofImport,
  query: z.object({ kind: z.enum(importRowKinds).default('all'), after: z.string().max(500).optional(), limit }),
  result: page(importRow),
});

/** A CSV answer; declared for the API document. */
export const exportFailedImportRows = endpoint({
  name: 'exportFailedImportRows',
  method: 'GET',
  path: '/api/imports/:importId/failed-rows.csv',
  summary: 'The rows that failed, with their original cells and a column that says what is wrong: to mend and upload again.',
  tag: 'Imports',
  access: 'customers.import',
  params: ofImport,
  query: z.object({ language: z.enum(languages).default('en') }),
  result: z.string(),
});
