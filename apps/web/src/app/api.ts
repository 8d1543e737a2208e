import type { Endpoint, Problem } from '@clientele/contracts';
import type { ConfirmationWay, FieldError, RefusalCode } from '@clientele/domain';
import type { z } from 'zod';
import { currentLanguage } from './language.ts';

type ZodType = z.ZodType;
type InputOf<Schema extends ZodType> = unknown extends z.input<Schema> ? undefined : z.input<Schema>;
type Part<Name extends string, Schema extends ZodType> =
  InputOf<Schema> extends undefined
    ? { [Key in Name]?: undefined }
    : Record<string, never> extends InputOf<Schema>
      ? { [Key in Name]?: InputOf<Schema> }
      : { [Key in Name]: InputOf<Schema> };

/** What a call of an endpoint carries: exactly what the contract's schemas take. */
export type Carried<P extends ZodType, Q extends ZodType, B extends ZodType> = Part<'params', P> & Part<'query', Q> & Part<'body', B>;
type MaybeCarried<P extends ZodType, Q extends ZodType, B extends ZodType> =
  Record<string, never> extends Carried<P, Q, B>
    ? [carried?: Carried<P, Q, B>, more?: CallOptions]
    : [carried: Carried<P, Q, B>, more?: CallOptions];

interface CallOptions {
  signal?: AbortSignal | undefined;
  /** The version of what is changed, as it was read. */
  ifMatch?: number | undefined;
}

export type ProblemCode = RefusalCode | 'offline' | 'unreadable';

/** Every way in which a call can fail. `code` is closed; `errors` are the broken rules per field. */
export class ApiProblem extends Error {
  readonly code: ProblemCode;
  readonly status: number;
  readonly errors: FieldError[];
  readonly details: Record<string, unknown>;
  readonly requestId: string | null;

  constructor(code: ProblemCode, status: number, detail: string, problem?: Partial<Problem>) {
    super(detail);
    this.name = 'ApiProblem';
    this.code = code;
    this.status = status;
    this.errors = (problem?.errors ?? []) as FieldError[];
    this.details = problem?.details ?? {};
    this.requestId = problem?.requestId ?? null;
  }
}

/** How a session ends: for good, or until the second factor is given. */
type SessionEnd = 'over' | 'half';
/** Runs when the session is over; set by the router so that this file knows nothing of pages. */
let whenSignedOut: (end: SessionEnd) => void = () => {};
export function onSignedOut(handler: (end: SessionEnd) => void): void {
  whenSignedOut = handler;
}

/** Says that the session is over. */
export const announceSignedOut = (end: SessionEnd = 'over'): void => whenSignedOut(end);

/** Asks the person to show once more who it is; true when that was done. Set by the dialog that asks. */
let whenConfirmationNeeded: (ways: ConfirmationWay[]) => Promise<boolean> = async () => false;
export function onConfirmationNeeded(handler: typeof whenConfirmationNeeded): void {
  whenConfirmationNeeded = handler;
}

/** The address of an endpoint with its params and query filled in; also for plain links (CSV). */
export function addressOf(endpoint: { path: string }, carried: { params?: unknown; query?: unknown } = {}): string {
  const params = (carried.params ?? {}) as Record<string, unknown>;
  const path = endpoint.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(params[name] ?? '')));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries((carried.query ?? {}) as Record<string, unknown>))
    for (const one of Array.isArray(value) ? value : [value])
      if (one !== undefined && one !== null && one !== '') search.append(name, String(one));
  const query = search.toString();
  return query ? `${path}?${query}` : path;
}

/**
 * The key of a POST that has not been answered yet. Sending the same thing again before an answer came (the network dropped, the server fell over,
 * a double click) carries the same key and so has one effect; after an answer the next one is a new request.
 */
const unanswered = new Map<string, string>();

/**
 * Calls an endpoint of the contract; where it asks the person to show once more who it is, that is done on the way. Throws `ApiProblem`, nothing else
 * (and the abort of its own signal).
 */
export async function call<P extends ZodType, Q extends ZodType, B extends ZodType, R extends ZodType>(
  endpoint: Endpoint<P, Q, B, R>,
  ...[carried, more]: MaybeCarried<P, Q, B>
): Promise<z.output<R>> {
  const send = () => request(endpoint, carried, more) as Promise<z.output<R>>;
  try {
    return await send();
  } catch (problem) {
    if (!(problem instanceof ApiProblem) || problem.code !== 'confirmation_required') throw problem;
    if (!(await whenConfirmationNeeded((problem.details.ways ?? []) as ConfirmationWay[]))) throw problem;
    return send();
  }
}

async function request(
  endpoint: { method: string; path: string },
  carried: { params?: unknown; query?: unknown; body?: unknown } | undefined,
  more: CallOptions | undefined,
): Promise<unknown> {
  const address = addressOf(endpoint, carried);
  const body = endpoint.method === 'GET' ? undefined : JSON.stringify(carried?.body ?? {});
  const headers: Record<string, string> = { accept: 'application/json', 'accept-language': currentLanguage() };
  if (body !== undefined) headers['content-type'] = 'application/json';
  if (more?.ifMatch !== undefined) headers['if-match'] = `"${more.ifMatch}"`;
  const fingerprint = `${endpoint.method} ${address} ${body}`;
  if (endpoint.method === 'POST') {
    const key = unanswered.get(fingerprint) ?? crypto.randomUUID();
    unanswered.set(fingerprint, key);
    headers['idempotency-key'] = key;
  }
  let response: Response;
  try {
    response = await fetch(address, { method: endpoint.method, headers, body, credentials: 'same-origin', signal: more?.signal ?? null });
  } catch (error) {
    if (more?.signal?.aborted) throw error;
    throw new ApiProblem('offline', 0, 'The server cannot be reached.');
  }
  if (response.status < 500) unanswered.delete(fingerprint);
  return readAnswer(response, endpoint.path);
}

async function readAnswer(response: Response, path: string): Promise<unknown> {
  const text = await response.text();
  const isJson = /\bjson\b/.test(response.headers.get('content-type') ?? '');
  let value: unknown;
  try {
    value = isJson ? JSON.parse(text) : undefined;
  } catch {
    value = undefined;
  }
  if (response.ok && value !== undefined) return value;
  const problem = (typeof value === 'object' && value !== null ? value : {}) as Partial<Problem>;
  if (problem.code) {
    if (path !== '/api/session' && problem.code === 'unauthenticated') whenSignedOut('over');
    if (path !== '/api/session' && problem.code === 'second_factor_required') whenSignedOut('half');
    throw new ApiProblem(problem.code as RefusalCode, response.status, problem.detail ?? '', problem);
  }
  // A proxy or a half-started server answered instead of the API.
  throw response.status >= 502 && response.status <= 504
    ? new ApiProblem('unavailable', response.status, 'The service is not available at the moment.')
    : new ApiProblem('unreadable', response.status, `The server gave an answer that cannot be read (${response.status}).`);
}
