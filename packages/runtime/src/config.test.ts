import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ConfigError, loadConfig, requireScaled, settings } from './config.ts';

const problemsOf = (env: Record<string, string>) => {
  try {
    loadConfig(env);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).problems;
  }
};

describe('the configuration', () => {
  it('needs nothing to run on one machine', () => {
    expect(loadConfig({})).toMatchObject({
      port: 3000,
      host: '127.0.0.1',
      publicUrl: 'http://localhost:3000',
      databaseUrl: undefined,
      redisUrl: undefined,
      smtpUrl: undefined,
      logLevel: 'info',
    });
  });

  it('takes an empty variable as one that is not set', () => {
    expect(loadConfig({ PORT: '', REDIS_URL: '', SECRET: '' })).toMatchObject({ port: 3000, redisUrl: undefined, secret: undefined });
  });

  it('leads links to where people reach the portal', () => {
    expect(loadConfig({ PORT: '8080' }).publicUrl).toBe('http://localhost:8080');
    expect(loadConfig({ PUBLIC_URL: 'https://partners.example.com///' }).publicUrl).toBe('https://partners.example.com');
  });

  it('knows where each cloud is that it serves', () => {
    const addressesOf = (env: Record<string, string>) => loadConfig(env).addresses;
    expect(addressesOf({})).toEqual({ public: 'http://localhost:3000' });
    expect(addressesOf({ CLOUDS: 'us-government', PUBLIC_URL: 'https://gov.example/' })).toEqual({
      'us-government': 'https://gov.example',
    });
    expect(addressesOf({ CLOUDS: 'both', US_GOVERNMENT_URL: 'http://gov.localhost:3000/' })).toEqual({
      public: 'http://localhost:3000',
      'us-government': 'http://gov.localhost:3000',
    });
    expect(problemsOf({ CLOUDS: 'moon' })).toEqual(['CLOUDS must be public, us-government or both']);
    expect(problemsOf({ CLOUDS: 'both' })[0]).toMatch(/^US_GOVERNMENT_URL is missing/);
    expect(problemsOf({ CLOUDS: 'both', US_GOVERNMENT_URL: 'http://localhost:3000' })[0]).toMatch(/another host/);
    expect(problemsOf({ US_GOVERNMENT_URL: 'http://gov.localhost:3000' })[0]).toMatch(/only for CLOUDS=both/);
  });

  it('tells all mistakes together, each with its name', () => {
    const problems = problemsOf({
      PORT: 'x',
      PUBLIC_URL: 'ftp://a',
      DATABASE_URL: 'mysql://a',
      REDIS_URL: 'http://a',
      SMTP_URL: 'nonsense',
      SECRET: 'short',
      LOG_LEVEL: 'loud',
      MAIL_FROM: 'me',
      MAIL_CONNECTIONS: '0',
      DATABASE_CONNECTIONS: '1e3',
    });
    expect(problems.map((problem) => problem.split(' ')[0]).sort()).toEqual([
      'DATABASE_CONNECTIONS',
      'DATABASE_URL',
      'LOG_LEVEL',
      'MAIL_CONNECTIONS',
      'MAIL_FROM',
      'PORT',
      'PUBLIC_URL',
      'REDIS_URL',
      'SECRET',
      'SMTP_URL',
    ]);
    for (const problem of problems) expect(problem).toMatch(/must/);
    expect(problemsOf({ PORT: '65536' })).toEqual(['PORT must be a whole number from 0 to 65535']);
    expect(problemsOf({ PORT: '0' })).toEqual([]);
  });

  it('of what comes back says what belongs together', () => {
    const one = { BOUNCE_ADDRESS: 'bounce@returns.example', BOUNCE_SMTP_PORT: '2525', BOUNCE_SECRET: 'x'.repeat(32) };
    expect(loadConfig(one)).toMatchObject({ bounceAddress: 'bounce@returns.example', bounceSmtpPort: 2525, bounceSecret: 'x'.repeat(32) });
    expect(loadConfig({})).toMatchObject({
      bounceAddress: undefined,
      bounceSmtpPort: undefined,
      bounceSecret: undefined,
      dkimSelectors: [],
    });
    expect(problemsOf({ ...one, BOUNCE_ADDRESS: '' })).toEqual([expect.stringMatching(/^BOUNCE_ADDRESS must be set/)]);
    for (const bad of ['a+b@returns.example', 'seventeen-letters@returns.example', 'returns.example', 'a@b@c.example'])
      expect(problemsOf({ BOUNCE_ADDRESS: bad }), bad).toEqual([expect.stringMatching(/^BOUNCE_ADDRESS must be a mail address/)]);
  });

  it('of signatures takes a key with its name', () => {
    const { privateKey } = generateKeyPairSync('rsa', {
      modulusLength: 1024,
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    });
    const oneLine = privateKey.replaceAll('\n', '\\n');
    expect(loadConfig({ DKIM_SELECTOR: 'a,b', DKIM_PRIVATE_KEY: oneLine })).toMatchObject({
      dkimSelectors: ['a', 'b'],
      dkimPrivateKey: privateKey,
    });
    expect(problemsOf({ DKIM_PRIVATE_KEY: oneLine })).toEqual([expect.stringMatching(/^DKIM_SELECTOR must name/)]);
    expect(
      problemsOf({ DKIM_SELECTOR: 'a b', DKIM_PRIVATE_KEY: 'nonsense', DNS_SERVERS: 'dns.example' }).map((line) => line.split(' ')[0]),
    ).toEqual(['DKIM_SELECTOR', 'DKIM_PRIVATE_KEY', 'DNS_SERVERS']);
  });

  it('takes trusted proxies as networks or as a count, and nothing that would trust everybody by mistake', () => {
    expect(loadConfig({}).trustedProxies).toBeUndefined();
    expect(loadConfig({ TRUSTED_PROXIES: '10.0.0.0/8, fd00::/8,loopback,192.0.2.1' }).trustedProxies).toEqual([
      ...['10.0.0.0/8', 'fd00::/8', 'loopback', '192.0.2.1'],
    ]);
    expect(loadConfig({ TRUSTED_PROXIES: '2' }).trustedProxies).toBe(2);
    for (const wrong of ['true', '*', 'proxy.example', '10.0.0.0/33', '10.0.0.0/8,', '11'])
      expect(problemsOf({ TRUSTED_PROXIES: wrong }), wrong).toEqual([expect.stringMatching(/^TRUSTED_PROXIES must be/)]);
  });

  it('repeats no value in a mistake: it may be a secret', () => {
    expect(problemsOf({ SECRET: 'hunter2', DATABASE_URL: 'mysql://user:hunter2@host/db' }).join(' ')).not.toContain('hunter2');
  });

  it('of a scaled installation names each setting that is missing', () => {
    expect(() => requireScaled(loadConfig({}))).toThrow(
      expect.objectContaining({ problems: ['DATABASE_URL is missing', 'SMTP_URL is missing', 'SECRET is missing'] }),
    );
    const ready = requireScaled(loadConfig({ DATABASE_URL: 'postgres://a/b', SMTP_URL: 'smtp://a', SECRET: 'x'.repeat(32) }));
    expect(ready.secret).toHaveLength(32);
  });

  it('describes every setting', () => {
    for (const [name, setting] of Object.entries(settings.shape)) expect(setting.description, name).toMatch(/\.$/);
  });
});
