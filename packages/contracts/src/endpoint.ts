import type { Permission } from '@clientele/domain';
import type { z } from 'zod';

export type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

/** A question about a body. Written as a method, so that an endpoint with any body is still an endpoint. */
type Asks<Body extends z.ZodType> = { of(body: z.output<Body>): boolean }['of'];

/** What an endpoint takes and gives. The API mounts it, the SPA's client and the OpenAPI document are derived from it. */
export interface Endpoint<
  Params extends z.ZodType = z.ZodType,
  Query extends z.ZodType = z.ZodType,
  Body extends z.ZodType = z.ZodType,
  Result extends z.ZodType = z.ZodType,
> {
  /** The name in the OpenAPI document, unique. */
  name: string;
  method: Method;
  /** Express style: `/api/customers/:customerId`. */
  path: string;
  /** One sentence for the API document. */
  summary: string;
  tag: string;
  /** `public` needs no session; `token` needs a Bearer token of the installation's configuration instead of one. */
  access: 'public' | 'token' | 'signed-in' | Permission;
  params?: Params;
  query?: Query;
  body?: Body;
  result: Result;
  /** The body is a file of this type, not JSON, and its answer is not kept under an Idempotency-Key. */
  takes?: 'text/csv' | 'message/rfc822' | 'image/*';
  /** The answer is a picture, not JSON. */
  gives?: 'image/*';
  /** The result has a `version`, which the answer carries as its ETag too. */
  etag?: true;
  /** The request must carry that ETag as `If-Match`: nobody changes what has changed since he saw it. */
  ifMatch?: true;
  /** Only for a person who is signed in, not for a program with an API key. */
  people?: true;
  /** A person must have proven lately that it is itself: always, or for such a body. A program with a key has nothing to prove. */
  confirm?: true | Asks<Body>;
  /**
   * Also for who has not finished signing in: `enrol` for who must set up a second factor first, `any` for who has not given it yet, too.
   * Without it the session is good for nothing before.
   */
  step?: 'enrol' | 'any';
  /** The status of success; 200 unless told. */
  status?: 200 | 201 | 202;
}

/** Keeps the schemas' types. */
export function endpoint<Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType, Result extends z.ZodType>(
  definition: Endpoint<Params, Query, Body, Result>,
): Endpoint<Params, Query, Body, Result> {
  return definition;
}

export type ParamsOf<E> = E extends Endpoint<infer P, z.ZodType, z.ZodType, z.ZodType> ? z.output<P> : never;
export type QueryOf<E> = E extends Endpoint<z.ZodType, infer Q, z.ZodType, z.ZodType> ? z.output<Q> : never;
export type BodyOf<E> = E extends Endpoint<z.ZodType, z.ZodType, infer B, z.ZodType> ? z.output<B> : never;
export type ResultOf<E> = E extends Endpoint<z.ZodType, z.ZodType, z.ZodType, infer R> ? z.output<R> : never;
