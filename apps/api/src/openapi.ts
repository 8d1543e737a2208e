import * as contracts from '@clientele/contracts';
import { z } from 'zod';

type AnyEndpoint = contracts.Endpoint<z.ZodType, z.ZodType, z.ZodType, z.ZodType>;

/** Every endpoint of the contract. */
export const endpoints: AnyEndpoint[] = (Object.values(contracts) as unknown[]).filter(
  (value): value is AnyEndpoint => typeof value === 'object' && value !== null && 'method' in value && 'path' in value && 'result' in value,
);

const schemaOf = (schema: z.ZodType, io: 'input' | 'output') => {
  const { $schema: _schema, ...rest } = z.toJSONSchema(schema, { target: 'draft-2020-12', io, unrepresentable: 'any' });
  return rest;
};

function parametersOf(schema: z.ZodType | undefined, where: 'path' | 'query') {
  if (!schema) return [];
  const { properties = {}, required = [] } = schemaOf(schema, 'input') as { properties?: Record<string, unknown>; required?: string[] };
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: where,
    required: where === 'path' || required.includes(name),
    schema: property,
  }));
}

const types: Record<string, string> = { '.csv': 'text/csv', '.jsonl': 'application/x-ndjson' };

/** The OpenAPI 3.1 document, made from the same endpoints that are mounted. */
export function openApiDocument(publicUrl: string): object {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const endpoint of endpoints) {
    const path = endpoint.path.replace(/:(\w+)/g, '{$1}');
    const type = endpoint.gives ?? types[endpoint.path.slice(endpoint.path.lastIndexOf('.'))] ?? 'application/json';
    paths[path] ??= {};
    paths[path][endpoint.method.toLowerCase()] = {
      operationId: endpoint.name,
      tags: [endpoint.tag],
      summary: endpoint.summary,
      ...(endpoint.access === 'public'
        ? { security: [] }
        : endpoint.access === 'token'
          ? { security: [{ token: [] }] }
          : { 'x-permission': endpoint.access, security: endpoint.people ? [{ session: [] }] : [{ session: [] }, { apiKey: [] }] }),
      parameters: [
        ...parametersOf(endpoint.params, 'path'),
        ...parametersOf(endpoint.query, 'query'),
        ...(endpoint.ifMatch
          ? [
              {
                name: 'If-Match',
                in: 'header',
                required: true,
                description: 'The ETag of what was read: the version that the change is made on. Without it the answer is 428.',
                schema: { type: 'string' },
              },
            ]
          : []),
        ...(endpoint.method === 'GET' || endpoint.access === 'public' || endpoint.takes
          ? []
          : [
              {
                name: 'Idempotency-Key',
                in: 'header',
                required: false,
                description: 'The same key with the same request: same answer, one effect. Kept for a day.',
                schema: { type: 'string', maxLength: 200 },
              },
            ]),
      ],
      ...(endpoint.body && endpoint.method !== 'GET'
        ? {
            requestBody: {
              required: true,
              content: { [endpoint.takes ?? 'application/json']: { schema: schemaOf(endpoint.body, 'input') } },
            },
          }
        : {}),
      responses: {
        [endpoint.status ?? 200]: {
          description: 'Done',
          ...(endpoint.etag ? { headers: { ETag: { description: 'The version.', schema: { type: 'string' } } } } : {}),
          content: { [type]: { schema: schemaOf(endpoint.result, 'output') } },
        },
        default: {
          description: 'A problem',
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      },
    };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Clientele',
      version: '0.1.0',
      description:
        'The API of the partner center. Errors are problem+json with a closed `code`; lists are paged by cursor; long work answers 202 with an operation.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: publicUrl }],
    security: [{ session: [] }],
    paths,
    components: {
      schemas: { Problem: schemaOf(contracts.problem, 'output') },
      securitySchemes: {
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: publicUrl.startsWith('https:') ? '__Host-better-auth.session_token' : 'better-auth.session_token',
          description: 'From POST /api/auth/sign-in/email with { email, password }.',
        },
        apiKey: {
          type: 'http',
          scheme: 'bearer',
          description: 'An API key of the partner (Settings, API keys). It may do what its roles may.',
        },
        token: { type: 'http', scheme: 'bearer', description: 'A secret of the configuration, for mail servers.' },
      },
    },
  };
}
