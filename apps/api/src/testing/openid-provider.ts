import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';

interface Person {
  email: string;
  isVerified?: boolean;
}

/** The one client that a provider of the tests knows. */
export const testClient = { id: 'clientele', secret: 'the secret that the provider and we share' } as const;

/**
 * A real OpenID provider on a port of its own. Whoever comes types the name of one of its people (`name` in a form), or refuses; what is in `people` may be
 * changed at any time.
 */
export async function startOpenIdProvider({ redirectUri, people }: { redirectUri: string; people: Map<string, Person> }) {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://localhost:${(server.address() as AddressInfo).port}`;
  const provider: Provider = new Provider(issuer, {
    clients: [{ client_id: testClient.id, client_secret: testClient.secret, redirect_uris: [redirectUri] }],
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    cookies: { keys: ['a key of the test'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    pkce: { required: () => true },
    findAccount: (_context, id) => {
      const person = people.get(id);
      return person && { accountId: id, claims: () => ({ sub: id, email: person.email, email_verified: person.isVerified ?? true }) };
    },
    // Nobody is asked for a consent.
    async loadExistingGrant(context) {
      const { client, session } = context.oidc;
      const grant = new provider.Grant({ accountId: session?.accountId ?? '', clientId: client?.clientId ?? '' });
      grant.addOIDCScope('openid email');
      await grant.save();
      return grant;
    },
  });
  const answer = provider.callback();
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (!request.url?.startsWith('/interaction/')) return void answer(request, response);
    interact(provider, request, response).catch((error: Error) => response.writeHead(500).end(error.message));
  });
  return {
    issuer,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
export type TestOpenIdProvider = Awaited<ReturnType<typeof startOpenIdProvider>>;

async function interact(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== 'POST') {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
    response.end(
      '<!doctype html><html lang="en"><title>Test provider</title><h1>Who are you?</h1><form method="post"><label>Name <input name="name"></label><button>Sign in</button><button name="refuse" value="1">Refuse</button></form></html>',
    );
    return;
  }
  let body = '';
  for await (const chunk of request) body += chunk;
  const form = new URLSearchParams(body);
  const result = form.get('refuse')
    ? { error: 'access_denied', error_description: 'The person did not want to.' }
    : { login: { accountId: form.get('name') ?? '' } };
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}
