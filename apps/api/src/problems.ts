import type { Problem } from '@clientele/contracts';
import { type FieldError, Refusal, type RefusalCode, type Rule } from '@clientele/domain';
import type { Logger } from '@clientele/runtime';
import type { NextFunction, Request, Response } from 'express';
import type { z } from 'zod';

/** The one table from refusal to HTTP. */
const statusOf: Record<RefusalCode, { status: number; title: string }> = {
  validation_failed: { status: 422, title: 'Some fields need your attention' },
  not_found: { status: 404, title: 'Not found' },
  forbidden: { status: 403, title: 'A role is missing' },
  unauthenticated: { status: 401, title: 'Not signed in' },
  feature_off: { status: 403, title: 'Not offered in this cloud' },
  illegal_transition: { status: 409, title: 'Not possible in this state' },
  conflict: { status: 409, title: 'Changed meanwhile' },
  precondition_required: { status: 428, title: 'If-Match is missing' },
  blocked: { status: 409, title: 'Something is still live' },
  last_global_admin: { status: 409, title: 'The last global admin stays' },
  last_second_factor: { status: 409, title: 'The last second factor stays' },
  second_factor_required: { status: 401, title: 'Second factor missing' },
  confirmation_required: { status: 403, title: 'Show that it is you' },
  second_person_needed: { status: 409, title: 'A second person has to agree' },
  customer_mismatch: { status: 400, title: 'Two different customers' },
  idempotency_key_reused: { status: 422, title: 'Idempotency-Key used before' },
  limit_reached: { status: 429, title: 'Too many' },
  link_invalid: { status: 404, title: 'Not a link of ours' },
  link_over: { status: 409, title: 'This invitation is over' },
  sign_in_required: { status: 403, title: 'Sign in first' },
  payload_too_large: { status: 413, title: 'Too large' },
  unavailable: { status: 503, title: 'Not available right now' },
  internal: { status: 500, title: 'Something went wrong' },
};

/** A refusal as problem+json. */
export function problemOf(refusal: Refusal, requestId: string): Problem {
  const { status, title } = statusOf[refusal.code];
  return {
    type: `/api/problems/${refusal.code}`,
    title,
    status,
    code: refusal.code,
    detail: refusal.message,
    requestId,
    ...(refusal.fields.length > 0 ? { errors: refusal.fields } : {}),
    ...(Object.keys(refusal.details).length > 0 ? { details: refusal.details } : {}),
  };
}

/** zod's issues as our fields and rules. */
export function fieldErrors(error: z.ZodError, input: unknown): FieldError[] {
  return error.issues.map((issue): FieldError => {
    const path = issue.path.join('.');
    const given = issue.path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], input);
    switch (issue.code) {
      case 'invalid_type':
        if (given === undefined || given === null) return { path, rule: 'required' };
        return issue.expected === 'int' ? { path, rule: 'not_whole' } : { path, rule: 'wrong_type' };
      case 'too_small':
        if (issue.origin === 'string')
          return issue.minimum === 1 ? { path, rule: 'required' } : { path, rule: 'too_short', params: { min: Number(issue.minimum) } };
        return { path, rule: 'too_small', params: { min: Number(issue.minimum) } };
      case 'too_big':
        return issue.origin === 'string' || issue.origin === 'array'
          ? { path, rule: 'too_long', params: { max: Number(issue.maximum) } }
          : { path, rule: 'too_large', params: { max: Number(issue.maximum) } };
      case 'invalid_format':
        return {
          path,
          rule: ({ email: 'email', url: 'url', uuid: 'uuid', datetime: 'date' } as Record<string, Rule>)[issue.format] ?? 'wrong_type',
        };
      case 'custom': {
        const rule: unknown = issue.params?.rule;
        return { path, rule: typeof rule === 'string' ? (rule as Rule) : 'wrong_type' };
      }
      case 'invalid_value':
      case 'invalid_union':
        return given === undefined ? { path, rule: 'required' } : { path, rule: 'choice' };
      default:
        return { path, rule: 'unknown_field' };
    }
  });
}

/** Turns whatever was thrown into a refusal: what the client may know, and nothing else. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  const code = codeOf(error);
  if (code === 'entity.too.large') {
    const { limit = 1_048_576 } = error as { limit?: number };
    return new Refusal('payload_too_large', `The request is larger than ${sizeOf(limit)}.`);
  }
  if (code === 'parameters.too.many') return new Refusal('payload_too_large', 'The form has too many fields.');
  if (code === 'entity.parse.failed')
    return new Refusal('validation_failed', 'The body is not valid JSON.', { fields: [{ path: '', rule: 'wrong_type' }] });
  if (code === 'encoding.unsupported' || code === 'charset.unsupported' || code === 'request.aborted')
    return new Refusal('validation_failed', 'The body cannot be read.', { fields: [{ path: '', rule: 'wrong_type' }] });
  if (/^(CONNECTION_|CONNECT_|ECONN|EPIPE|ETIMEDOUT|08|57P0|53)/.test(code))
    return new Refusal('unavailable', 'The database is not reachable right now. Nothing was changed; try again in a moment.');
  if (/^(40001|40P01|55P03|23505)$/.test(code)) return new Refusal('conflict', 'Somebody else was at it in the same moment. Try again.');
  return ofExpress(error) ?? new Refusal('internal', 'Something went wrong on our side. The request id helps us find it.');
}

const sizeOf = (bytes: number) => (bytes < 1_048_576 ? `${Math.round(bytes / 1024)} KB` : `${Math.round(bytes / 1_048_576)} MB`);

/** What Express itself refuses: an address that cannot be decoded, a file that is not there. */
function ofExpress(error: unknown): Refusal | undefined {
  const status = error instanceof Error && 'status' in error ? error.status : undefined;
  if (status === 404 || (status === 400 && error instanceof URIError)) return new Refusal('not_found', 'There is no such thing.');
  if (typeof status !== 'number' || status < 400 || status > 499) return undefined;
  return new Refusal('validation_failed', 'The request cannot be read.', { fields: [{ path: '', rule: 'wrong_type' }] });
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  if ('type' in error && typeof error.type === 'string') return error.type;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return codeOf(error.cause);
}

/** The end of the app: every error becomes a problem. */
export function problemHandler(logger: Logger) {
  return (error: unknown, request: Request, response: Response, next: NextFunction): void => {
    const refusal = refusalOf(error);
    const { requestId } = response.locals as { requestId: string };
    if (refusal.code === 'internal') logger.error({ err: error, requestId, path: request.route?.path ?? 'unknown' }, 'unexpected error');
    if (response.headersSent) {
      next(error);
      return;
    }
    const problem = problemOf(refusal, requestId);
    const { until } = refusal.details;
    if (refusal.code === 'limit_reached' && typeof until === 'string')
      response.setHeader('retry-after', String(Math.max(1, Math.ceil((Date.parse(until) - Date.now()) / 1000))));
    response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
  };
}
