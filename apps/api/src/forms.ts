import express, { type RequestHandler } from 'express';

/** What was typed into a form of a page. */
export type Form = Record<string, string | undefined>;

/**
 * Reads the form that a page of ours has sent. A field that comes twice counts as it came first: our pages send none twice, and what reads a form
 * may rely on text.
 */
export function readForm({ limit, fields }: { limit: string; fields: number }): RequestHandler {
  const read = express.urlencoded({ extended: false, limit, parameterLimit: fields });
  return (request, response, next) =>
    read(request, response, (error?: unknown) => {
      if (error) return next(error);
      const body: unknown = request.body;
      if (typeof body === 'object' && body !== null)
        request.body = Object.fromEntries(Object.entries(body).map(([name, value]) => [name, [value].flat()[0]]));
      next();
    });
}
