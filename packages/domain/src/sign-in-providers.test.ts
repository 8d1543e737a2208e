import { describe, expect, it } from 'vitest';
import { checkDiscovery, checkSignInProvider, decideSingleSignOn, normalIssuer, orderedDomains } from './sign-in-providers.ts';

describe('who is signed in by a provider', () => {
  const person = { id: 'ben', isDeactivated: false };
  const named = { ...person, hasOtherIdentity: false };

  it('is whoever the identity is linked with, whatever its address says', () => {
    for (const isVerified of [true, false])
      for (const other of [null, { ...named, id: 'carla' }])
        expect(decideSingleSignOn({ linked: person, named: other, isVerified })).toEqual({ userId: 'ben', isNew: false });
  });

  it('is a person who is here, by an address that the provider vouches for', () => {
    expect(decideSingleSignOn({ linked: null, named, isVerified: true })).toEqual({ userId: 'ben', isNew: true });
    expect(decideSingleSignOn({ linked: null, named, isVerified: false })).toEqual({ refused: 'unverified' });
    expect(decideSingleSignOn({ linked: null, named: null, isVerified: true })).toEqual({ refused: 'unknown' });
    // Who is not vouched for learns nothing about who is here.
    expect(decideSingleSignOn({ linked: null, named: null, isVerified: false })).toEqual({ refused: 'unverified' });
  });

  it('is nobody who is deactivated, or who has come by another identity', () => {
    expect(decideSingleSignOn({ linked: { ...person, isDeactivated: true }, named: null, isVerified: true })).toEqual({
      refused: 'deactivated',
      userId: 'ben',
    });
    expect(decideSingleSignOn({ linked: null, named: { ...named, isDeactivated: true }, isVerified: true })).toEqual({
      refused: 'deactivated',
      userId: 'ben',
    });
    expect(decideSingleSignOn({ linked: null, named: { ...named, hasOtherIdentity: true }, isVerified: true })).toEqual({
      refused: 'identity',
      userId: 'ben',
    });
  });
});

describe('what somebody sets of a provider', () => {
  const input = { issuer: 'https://login.example.com', clientId: 'x', domains: ['contoso.example'], passwordAllowed: true };
  const rules = (more: Partial<typeof input>, circumstances = { isProven: false, mayBePrivate: false }) =>
    checkSignInProvider({ ...input, ...more }, circumstances).map(({ path, rule }) => `${path} ${rule}`);

  it('is an https address, domains, and no end of passwords before it has worked', () => {
    expect(rules({})).toEqual([]);
    expect(rules({ issuer: 'http://login.example.com', domains: ['a b', 'contoso.example', ''] })).toEqual([
      'issuer https',
      'domains.0 domain',
      'domains.2 domain',
    ]);
    expect(rules({ issuer: 'http://login.intranet' }, { isProven: false, mayBePrivate: true })).toEqual([]);
    for (const issuer of [
      '',
      'login',
      'https://',
      'file:///etc/passwd',
      'https://a.example/#x',
      'https://a.example/?y',
      'https://u@a.example',
    ])
      expect(rules({ issuer }), issuer).toEqual(['issuer url']);
    expect(rules({ passwordAllowed: false })).toEqual(['passwordAllowed provider_unproven']);
    expect(rules({ passwordAllowed: false }, { isProven: true, mayBePrivate: false })).toEqual([]);
  });

  it('is kept in one way, however it was typed', () => {
    expect(orderedDomains([' Contoso.EXAMPLE ', 'contoso.example', 'bücher.example'])).toEqual([
      'contoso.example',
      'xn--bcher-kva.example',
    ]);
    expect([' https://a.example/ ', 'https://a.example/tenant/', 'https://a.example'].map(normalIssuer)).toEqual([
      'https://a.example',
      'https://a.example/tenant/',
      'https://a.example',
    ]);
  });
});

describe('what a provider says of itself', () => {
  const issuer = 'https://login.example.com';
  const good = {
    ...{ issuer, authorization_endpoint: `${issuer}/a`, token_endpoint: `${issuer}/t`, response_types_supported: ['code', 'id_token'] },
    ...{
      code_challenge_methods_supported: ['plain', 'S256'],
      id_token_signing_alg_values_supported: ['RS256'],
      scopes_supported: ['openid', 'email'],
    },
  };
  const wrong = (more: Record<string, unknown>) =>
    checkDiscovery({ ...good, ...more }, issuer, false)
      .filter(({ state }) => state !== 'ok')
      .map(({ name, state, because }) => `${name} ${state} ${because}`);

  it('is good when it has what we need; without a word on how to show the secret it is the usual way', () => {
    expect(wrong({})).toEqual([]);
    expect(wrong({ issuer: `${issuer}/` })).toEqual([]);
  });

  it('is wrong or doubtful field by field', () => {
    expect(wrong({ issuer: 'https://login.example.org' })).toEqual(['issuer wrong other_issuer']);
    expect(wrong({ issuer: 1 })).toEqual(['issuer wrong missing']);
    expect(wrong({ authorization_endpoint: undefined, token_endpoint: 'http://login.example.com/t' })).toEqual([
      'authorization_endpoint wrong missing',
      'token_endpoint wrong not_https',
    ]);
    expect(wrong({ response_types_supported: ['id_token'] })).toEqual(['response_types_supported wrong not_offered']);
    expect(wrong({ code_challenge_methods_supported: undefined, scopes_supported: ['openid'] })).toEqual([
      'code_challenge_methods_supported warning not_said',
      'scopes_supported warning not_offered',
    ]);
    expect(wrong({ id_token_signing_alg_values_supported: ['none', 'HS256'] })).toEqual([
      'id_token_signing_alg_values_supported wrong not_offered',
    ]);
    expect(wrong({ token_endpoint_auth_methods_supported: ['tls_client_auth'] })).toEqual([
      'token_endpoint_auth_methods_supported wrong not_offered',
    ]);
    expect(wrong({ token_endpoint_auth_methods_supported: 'client_secret_post' })).toEqual([]);
  });
});
