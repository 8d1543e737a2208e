import { generateKeyPairSync, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const otherKeys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** What the provider says next. */
export interface Said {
  claims?: Record<string, unknown>;
  /** Signed with a key that the provider does not publish. */
  isForged?: boolean;
  /** Not signed at all. */
  isUnsigned?: boolean;
}

/** A provider that says whatever it is told to: for what a good one would never say. */
export async function startForgedProvider() {
  let issuer = '';
  let said: Said = {};
  let description: Record<string, unknown> = {};
  const server = createServer(async (request, response) => {
    const json = (value: unknown) => void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    const path = new URL(request.url ?? '/', issuer).pathname;
    if (path === '/.well-known/openid-configuration')
      return json({
        ...{ issuer, authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/token`, jwks_uri: `${issuer}/keys` },
        ...{ response_types_supported: ['code'], code_challenge_methods_supported: ['S256'], subject_types_supported: ['public'] },
        ...{ id_token_signing_alg_values_supported: ['ES256'], scopes_supported: ['openid', 'email'] },
        ...description,
      });
    if (path === '/keys') return json({ keys: [{ ...keys.publicKey.export({ format: 'jwk' }), kid: '1', alg: 'ES256', use: 'sig' }] });
    if (path !== '/token') return void response.writeHead(404).end();
    const now = Math.floor(Date.now() / 1000);
    const payload = { iss: issuer, aud: 'clientele', sub: 'ben', iat: now, exp: now + 300, email_verified: true, ...said.claims };
    const head = { alg: said.isUnsigned ? 'none' : 'ES256', kid: '1' };
    const text = `${part(head)}.${part(payload)}`;
    const { privateKey } = said.isForged ? otherKeys : keys;
    const mark = said.isUnsigned
      ? ''
      : sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url');
    return json({ access_token: 'x', token_type: 'Bearer', expires_in: 60, id_token: `${text}.${mark}` });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  issuer = `http://localhost:${(server.address() as AddressInfo).port}`;
  return {
    issuer,
    say: (next: Said) => {
      said = next;
    },
    describe: (next: Record<string, unknown>) => {
      description = next;
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
