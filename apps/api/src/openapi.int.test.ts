import { describe, expect, it } from 'vitest';
import { endpoints } from './openapi.ts';
import { asker, openPortal, usePortal } from './testing/portal.ts';

const portal = usePortal();

describe('the OpenAPI document', () => {
  it('is 3.1 and lists every endpoint of the contract, with its parameters, bodies and answers', async () => {
    const { json, status } = await portal.visitor('GET', '/api/openapi.json');
    expect(status).toBe(200);
    expect(json).toMatchObject({
      openapi: '3.1.0',
      info: { title: 'Clientele', version: expect.any(String) },
      servers: [{ url: expect.stringContaining('http') }],
    });
    const names: string[] = [];
    for (const endpoint of endpoints) {
      const path = endpoint.path.replace(/:(\w+)/g, '{$1}');
      const operation = json.paths[path]?.[endpoint.method.toLowerCase()];
      expect(operation, `${endpoint.method} ${path}`).toBeDefined();
      names.push(operation.operationId);
      expect(operation.summary).toMatch(/\.$/);
      expect(operation.responses[String(endpoint.status ?? 200)].content).toBeDefined();
      expect(operation.responses.default.content['application/problem+json'].schema.$ref).toBe('#/components/schemas/Problem');
      const inPath = operation.parameters.filter((parameter: { in: string }) => parameter.in === 'path');
      expect(inPath.map((parameter: { name: string }) => parameter.name).sort()).toEqual(
        [...endpoint.path.matchAll(/:(\w+)/g)].map(([, name]) => name).sort(),
      );
      for (const parameter of operation.parameters) {
        expect(['path', 'query', 'header']).toContain(parameter.in);
        expect(parameter.schema).toBeTypeOf('object');
        if (parameter.in === 'path') expect(parameter.required).toBe(true);
      }
      expect(operation.requestBody !== undefined).toBe(endpoint.body !== undefined);
      if (endpoint.access === 'public') expect(operation.security).toEqual([]);
    }
    expect(new Set(names).size).toBe(names.length);
    expect(Object.keys(json.paths).length).toBe(new Set(endpoints.map((endpoint) => endpoint.path)).size);
  });

  it('holds no reference that leads nowhere', async () => {
    const { json, text } = await portal.visitor('GET', '/api/openapi.json');
    const references = [...text.matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, pointer]) => (pointer as string).split('/'));
    expect(references.length).toBeGreaterThan(0);
    for (const pointer of references)
      expect(
        pointer.reduce((at, key) => at?.[key], json),
        pointer.join('/'),
      ).toBeDefined();
  });

  it('names only endpoints that are mounted, each behind what it says', async () => {
    for (const endpoint of endpoints) {
      const answer = await portal.visitor(
        endpoint.method,
        endpoint.path.replace(/:\w+/g, '0190a000-0000-7000-8000-000000000000'),
        endpoint.method === 'GET' ? undefined : {},
      );
      expect(answer.status, endpoint.name).toSatisfy((status: number) =>
        // A link that is none of ours is told in words of the endpoint's own.
        endpoint.access === 'public'
          ? status === 200 || status === 422 || (status === 404 && answer.json.code === 'link_invalid')
          : status === 401,
      );
    }
  });

  it('can be browsed without another site', async () => {
    const { text, status } = await portal.visitor('GET', '/api/docs');
    expect(status).toBe(200);
    const places = [...text.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, place]) => place as string);
    expect(places.length).toBe(3);
    for (const place of places) {
      expect(place).toMatch(/^\/api\/docs\//);
      expect((await portal.visitor('GET', place)).status).toBe(200);
    }
  });
});

describe('the state of the process', () => {
  it('is told by /healthz, /readyz and /metrics, in which no id or token stands', async () => {
    await portal.visitor('GET', '/i/some-secret-token-in-the-path');
    await portal.visitor('GET', '/api/customers/0190a000-0000-7000-8000-000000000000');
    expect((await portal.visitor('GET', '/healthz')).json).toEqual({ ok: true });
    expect((await portal.visitor('GET', '/readyz')).json).toEqual({ ok: true });
    const { text } = await portal.visitor('GET', '/metrics');
    expect(text).toContain('clientele_http_request_seconds_bucket');
    expect(text).toContain('clientele_outbox_undispatched');
    expect(text).not.toContain('some-secret-token');
    expect(text).not.toContain('0190a000');
  });
});

describe('the figures', () => {
  it('are read by programs on this machine that come without a proxy, as long as no secret is set', async () => {
    expect((await portal.visitor('GET', '/metrics')).status).toBe(200);
    for (const headers of [{ 'x-forwarded-for': '127.0.0.1' }, { forwarded: 'for=127.0.0.1' }] as Record<string, string>[])
      expect((await portal.visitor('GET', '/metrics', undefined, headers)).json).toMatchObject({ status: 404, code: 'not_found' });
  });

  it('are read by who shows the secret, wherever it asks from, and by nobody else', async () => {
    const metricsSecret = 'a third secret of the tests, to read figures with';
    const own = await openPortal({ METRICS_SECRET: metricsSecret });
    const ask = asker(own.url);
    const read = (authorization: string) => ask('GET', '/metrics', undefined, { authorization, 'x-forwarded-for': '203.0.113.7' });
    expect((await read(`Bearer ${metricsSecret}`)).text).toContain('clientele_http_request_seconds');
    for (const wrong of ['', 'Bearer', 'Bearer x', `Bearer ${metricsSecret} `.slice(0, -2), `Basic ${metricsSecret}`])
      expect((await read(wrong)).json, wrong).toMatchObject({ status: 401, code: 'unauthenticated' });
    expect((await ask('GET', '/metrics')).status).toBe(401);
    await own.close();
  });
});
