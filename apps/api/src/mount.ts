import { createHash } from 'node:crypto';
import type { BodyOf, Endpoint, ParamsOf, QueryOf } from '@clientele/contracts';
import type { Context, Database, Origin } from '@clientele/db';
import { type Cloud, type Permission, Refusal, requireConfirmation, signInStepAt } from '@clientele/domain';
import { demand, findApiKeyActor, noteEndedSession, type SessionActor } from '@clientele/services';
import type { IRouter, Request, Response } from 'express';
import type { z } from 'zod';
import type { Guard } from './attempts.ts';
import { type ElsewhereNotes, idsOf } from './elsewhere.ts';
import type { KeyCalls } from './key-calls.ts';
import { fieldErrors } from './problems.ts';
import { actorOf, addressOf, agentFrom, sessionTokenOf } from './session.ts';

/** What a handler gets besides the request's parsed parts. */
export interface MountOptions {
  db: Database;
  /** Of the host that was asked: nothing of the other cloud is anything here. */
  cloud: Cloud;
  /** What this cloud's sessions are signed with. */
  secret: string;
  /** Writes down whose session it is when it is of the other cloud. */
  noteForeign?: (request: Request, base: Base) => Promise<void>;
  committed: NonNullable<Context['committed']>;
  guard: Guard;
  elsewhere: ElsewhereNotes;
  keyCalls: KeyCalls;
}

export interface Input<E> {
  params: ParamsOf<E>;
  query: QueryOf<E>;
  body: BodyOf<E>;
  /** The version in `If-Match`; -1, which nothing has, where the endpoint asks for none. */
  version: number;
}

type AnyEndpoint = Endpoint<z.ZodType, z.ZodType, z.ZodType, z.ZodType>;
/** What every service needs that is not about a partner. */
export type Base = Pick<Context, 'db' | 'requestId' | 'origin' | 'now' | 'committed'> & { cloud: Cloud };

/** So long a person waits for an answer. With a database that hangs, the queue of requests would only grow. */
const patienceMs = 9000;

async function inTime<Result>(answer: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(tooLate()), patienceMs);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

const tooLate = () =>
  new Refusal('unavailable', 'There was no answer in time. It may still be carried out: ask again with the same Idempotency-Key.');

/** Mounts endpoints of the contract: parse, build the context, call one verb, check the answer against the contract. */
export function createMount(router: IRouter, options: MountOptions) {
  function register(endpoint: AnyEndpoint, answer: (request: Request, response: Response) => Promise<unknown>): void {
    const method = endpoint.method.toLowerCase() as 'get' | 'post' | 'patch' | 'put' | 'delete';
    router[method](endpoint.path, async (request, response) => {
      const result = await inTime(answer(request, response));
      // What is not refused, and may name another partner's things all the same: a list of what is of one, and work over many.
      if (isEmptyList(result) || namesMany(request)) options.elsewhere.after(response, idsOf(request, response));
      const checked = endpoint.result.parse(result);
      if (endpoint.etag) response.setHeader('etag', `"${(checked as { version: number }).version}"`);
      // Never out of a cache, and without Express' json, which answers 304 to a version that is the same: what is on a page changes without it.
      response.writeHead(endpoint.status ?? 200, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
      response.end(JSON.stringify(checked));
    });
  }

  return {
    /** For everybody. The exchange itself is only there for an answer that signs somebody in: it sets a cookie. */
    open<E extends AnyEndpoint>(
      endpoint: E,
      handle: (base: Base, input: Input<E>, exchange: { request: Request; response: Response }) => Promise<unknown> | unknown,
    ): void {
      register(endpoint, async (request, response) => handle(baseOf(response, options), parse(endpoint, request), { request, response }));
    },
    /** For a partner's users; the endpoint's permission is demanded before anything else. */
    signedIn<E extends AnyEndpoint>(
      endpoint: E,
      handle: (
        ctx: Context,
        input: Input<E>,
        actor: SessionActor,
        exchange: { request: Request; response: Response },
      ) => Promise<unknown> | unknown,
    ): void {
      register(endpoint, async (request, response) => {
        const { ctx, actor } = await contextOf(request, response, options, endpoint.step);
        if (endpoint.people && ctx.actor.kind === 'api-key')
          throw new Refusal('forbidden', 'This is for a person who is signed in, not for an API key.', { details: { reason: 'person' } });
        if (endpoint.access !== 'public' && endpoint.access !== 'token' && endpoint.access !== 'signed-in')
          demand(ctx, endpoint.access as Permission);
        const input = parse(endpoint, request);
        const isGrave = endpoint.confirm === true || endpoint.confirm?.(input.body) === true;
        if (isGrave && ctx.actor.kind !== 'api-key') requireConfirmation(actor, ctx.now);
        return handle(ctx, input, actor, { request, response });
      });
    },
  };
}

const isEmptyList = (result: unknown): boolean => {
  const { items } = (result ?? {}) as { items?: unknown };
  return Array.isArray(items) && items.length === 0;
};

const namesMany = ({ body }: Request): boolean => Array.isArray((body as { selection?: { ids?: unknown } } | undefined)?.selection?.ids);

export function baseOf(response: Response, { db, cloud, committed }: MountOptions): Base {
  const { requestId } = response.locals as { requestId: string };
  return { db, cloud, committed, requestId, origin: originOf(response.req), now: db.clock.now() };
}

/** Where a request comes from, as the activity log keeps it. */
const originOf = (request: Request): Origin => ({ ip: addressOf(request) || null, userAgent: agentFrom(request.get('user-agent')) });

/**
 * The context of a signed-in partner user, or of the API key in `Authorization: Bearer`. Throws `unauthenticated`, and `second_factor_required` for
 * who is not further than the endpoint's `step`.
 */
export async function contextOf(
  request: Request,
  response: Response,
  options: MountOptions,
  step?: 'enrol' | 'any',
): Promise<{ ctx: Context; actor: SessionActor }> {
  const base = baseOf(response, options);
  const { ctx, actor } = await whoAsks(request, base, options);
  if (ctx.actor.kind === 'api-key') options.keyCalls.count(ctx, request, response);
  else requireStep(actor, step, base.now);
  const key = request.get('idempotency-key');
  if (key !== undefined && request.method !== 'GET') {
    if (!/^[\w.:-]{1,200}$/.test(key))
      throw new Refusal('validation_failed', 'An Idempotency-Key has 1 to 200 letters, digits, or any of . _ : -', {
        fields: [{ path: 'Idempotency-Key', rule: 'too_long', params: { max: 200 } }],
      });
    const fingerprint = createHash('sha256')
      .update(`${request.method} ${request.path} ${request.get('if-match') ?? ''} ${asText(request.body)}`)
      .digest('hex');
    ctx.idempotency = { key, fingerprint };
  }
  Object.assign(response.locals, { ctx, params: request.params });
  return { ctx, actor };
}

function requireStep(actor: SessionActor, allowed: 'enrol' | 'any' | undefined, now: Date): void {
  const step = signInStepAt(actor, now);
  if (step === 'done' || (step === 'enrol' && allowed) || (step === 'second-factor' && allowed === 'any')) return;
  if (step === 'over') throw new Refusal('unauthenticated', 'Your second factor came too late. Sign in again.');
  throw new Refusal('second_factor_required', 'Your sign-in is not complete yet.', { details: { step } });
}

/** The body as a text. What is nested as deep as none of ours is can be parsed, and not put together again: that is the sender's mistake. */
function asText(body: unknown): string {
  try {
    return JSON.stringify(body ?? null);
  } catch {
    throw new Refusal('validation_failed', 'The body is nested too deeply.', { fields: [{ path: '', rule: 'wrong_type' }] });
  }
}

/** Whether the session or key that a request came with is good now. Throws what keeps it from being looked up. */
export async function isStillIn(request: Request, response: Response, options: MountOptions): Promise<boolean> {
  try {
    const base = baseOf(response, options);
    const { ctx, actor } = await whoAsks(request, base, options);
    if (ctx.actor.kind !== 'api-key') requireStep(actor, undefined, base.now);
    return true;
  } catch (error) {
    if (error instanceof Refusal && ['unauthenticated', 'second_factor_required'].includes(error.code)) return false;
    throw error;
  }
}

/** A request with a key is of the key, also in a browser in which somebody is signed in. */
async function whoAsks(request: Request, base: Base, options: MountOptions): Promise<{ ctx: Context; actor: SessionActor }> {
  const bearer = /^Bearer(?: +(.*))?$/i.exec(request.get('authorization') ?? '');
  if (bearer) {
    const { actor, language, partner } = await findApiKeyActor(base, bearer[1] ?? '', options.cloud).catch(async (error: unknown) => {
      // Only then is there anything to count: a call with a good key costs no query more.
      if (error instanceof Refusal && error.code === 'unauthenticated') await options.guard.demand('wrong-api-key', base.origin?.ip ?? '');
      throw error;
    });
    return {
      ctx: { ...base, partner, actor },
      actor: {
        userId: actor.createdBy,
        name: actor.name,
        email: '',
        language,
        roles: [...actor.roles],
        partner,
        sessionId: '',
        ...{ seenAt: base.now, since: base.now, confirmedAt: base.now },
        ...{ hasSecondFactor: false, secondFactorAt: null, secondFactorFrom: base.now, graceDays: null, signInProviderId: null },
      },
    };
  }
  const actor = await actorOf(request, options);
  if (!actor) {
    await noteRefusedSession(request, base, options);
    await options.noteForeign?.(request, base);
  }
  if (!actor?.partner) throw new Refusal('unauthenticated', 'Sign in first.');
  const { userId: id, name, email, roles } = actor;
  return { ctx: { ...base, partner: actor.partner, actor: { kind: 'partner-user', id, name, email, roles } }, actor };
}

/** A cookie of ours that lets nobody in any more is told of to the person's partner. Not in the way of the answer, should that fail. */
async function noteRefusedSession(request: Request, base: Base, { secret }: MountOptions): Promise<void> {
  const token = sessionTokenOf(request, secret);
  if (token) await noteEndedSession(base, token).catch(() => {});
}

/** The parsed parts of a request; refuses what breaks a rule, telling every field at once. */
export function parse<E extends AnyEndpoint>(endpoint: E, request: Request): Input<E> {
  const parts = { params: request.params, query: request.query, body: request.body ?? {} };
  const parsed: Record<string, unknown> = {};
  for (const part of ['params', 'query', 'body'] as const) {
    const schema = endpoint[part];
    if (!schema) continue;
    const result = schema.safeParse(parts[part]);
    // An id in the path that cannot be one is an id that does not exist.
    if (!result.success && part === 'params') throw new Refusal('not_found', 'There is no such thing.');
    if (!result.success)
      throw new Refusal('validation_failed', 'Some fields need your attention.', { fields: fieldErrors(result.error, parts[part]) });
    parsed[part] = result.data;
  }
  for (const part of Object.values(parsed)) refuseUnkeepable(part);
  requireSameCustomer(parsed);
  return { ...parsed, version: endpoint.ifMatch ? versionOf(request) : -1 } as unknown as Input<E>;
}

/** The version that the request was made on. Throws `precondition_required` when it does not say. */
function versionOf(request: Request): number {
  const [, version] = /^"?(\d{1,9})"?$/.exec(request.get('if-match')?.trim() ?? '') ?? [];
  if (version === undefined)
    throw new Refusal('precondition_required', 'Send the ETag of what you read as If-Match, so that nobody\u2019s change is lost.', {
      fields: [{ path: 'If-Match', rule: 'required' }],
    });
  return Number(version);
}

/** What Postgres cannot keep in a text: U+0000, and half of a surrogate pair. */
const unkeepable = /\0|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

function refuseUnkeepable(value: unknown, path = ''): void {
  if (typeof value === 'string' && unkeepable.test(value))
    throw new Refusal('validation_failed', 'The text holds a character that cannot be kept.', {
      fields: [{ path, rule: 'control_characters' }],
    });
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) refuseUnkeepable(inner, path ? `${path}.${key}` : key);
}

/** The customer is named in the address and in the body, and the two must agree: acting on the wrong customer fails. */
function requireSameCustomer({ params, body }: Record<string, unknown>): void {
  const inPath = (params as { customerId?: string } | undefined)?.customerId;
  const inBody = (body as { customerId?: string } | undefined)?.customerId;
  if (inPath !== undefined && inBody !== undefined && inPath !== inBody)
    throw new Refusal(
      'customer_mismatch',
      'The customer in the address and the one in the request are not the same. Nothing was changed.',
      { details: { inPath, inBody } },
    );
}
