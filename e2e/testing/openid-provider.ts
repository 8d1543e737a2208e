/** The OpenID provider that the API's own tests use. */
export * from '../../apps/api/src/testing/openid-provider.ts';
