import { createHash, timingSafeEqual } from 'node:crypto';
import { Refusal } from '@clientele/domain';
import type { RequestHandler } from 'express';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Prometheus metrics of one API process. Routes are labelled by their pattern, never by ids or tokens. */
export function createMetrics(undispatched: () => Promise<number>) {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const duration = new Histogram({
    name: 'clientele_http_request_seconds',
    help: 'Duration of requests by method, route and status',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  });
  new Gauge({
    name: 'clientele_outbox_undispatched',
    help: 'Events committed and not yet handed to the queue',
    registers: [registry],
    async collect() {
      this.set(await undispatched());
    },
  });
  const observe: RequestHandler = (request, response, next) => {
    const began = performance.now();
    response.on('finish', () => {
      duration.observe(
        { method: request.method, route: request.route?.path ?? 'other', status: response.statusCode },
        (performance.now() - began) / 1000,
      );
    });
    next();
  };
  return { observe, text: () => registry.metrics(), contentType: registry.contentType };
}

/**
 * Lets through who may read the figures: whoever shows the secret, or, where there is none, a program on this machine that asks without a proxy. What is
 * measured says how much is going on, and that is no stranger's matter.
 */
export function metricsReadersOnly(secret: string | undefined): RequestHandler {
  return (request, _response, next) => {
    if (secret === undefined) {
      const isHere = /^(?:::ffff:)?127\.|^::1$/.test(request.socket.remoteAddress ?? '');
      if (!isHere || request.get('x-forwarded-for') !== undefined || request.get('forwarded') !== undefined)
        throw new Refusal('not_found', 'There is no such endpoint. See /api/docs.');
      return next();
    }
    const [, given = ''] = /^Bearer (.{1,1000})$/i.exec(request.get('authorization') ?? '') ?? [];
    if (!timingSafeEqual(hashed(given), hashed(secret)))
      throw new Refusal('unauthenticated', 'Send the secret for metrics as a Bearer token.');
    next();
  };
}

const hashed = (text: string) => createHash('sha256').update(text).digest();
