import { createPrivateKey } from 'node:crypto';
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { z } from 'zod';

const url = (protocols: string[], example: string) =>
  z.string().refine(
    (value) => {
      try {
        return protocols.includes(new URL(value).protocol);
      } catch {
        return false;
      }
    },
    { message: `must be an address such as ${example}` },
  );
const anyPort = z
  .string()
  .regex(/^\d+$/, 'must be a whole number from 0 to 65535')
  .transform(Number)
  .refine((value) => value <= 65_535, 'must be a whole number from 0 to 65535');
const port = (preset: number) => anyPort.default(preset);
const count = (preset: number, least: number, most: number) =>
  z
    .string()
    .regex(/^\d+$/, `must be a whole number from ${least} to ${most}`)
    .transform(Number)
    .refine((value) => value >= least && value <= most, `must be a whole number from ${least} to ${most}`)
    .default(preset);

function isPrivateKey(pem: string): boolean {
  try {
    createPrivateKey(pem);
    return true;
  } catch {
    return false;
  }
}

/** An address, a network as address/bits, or a name that Express knows. */
function isProxy(text: string): boolean {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(text)) return true;
  const [, address = '', bits] = /^([\da-f.:]+)(?:\/(\d{1,3}))?$/i.exec(text) ?? [];
  const version = isIP(address);
  return version !== 0 && (bits === undefined || Number(bits) <= (version === 4 ? 32 : 128));
}

/**
 * Every setting, from the environment. All have a default that suits one machine; `DATABASE_URL`, `REDIS_URL` and `SMTP_URL`
 * are what an installation of several machines sets.
 */
export const settings = z.object({
  PORT: port(3000).describe('Port of the portal and its API.'),
  HOST: z.string().min(1).default('127.0.0.1').describe('Address to listen on; 0.0.0.0 for every one.'),
  PUBLIC_URL: url(['http:', 'https:'], 'https://partners.example.com')
    .optional()
    .describe('Where people reach the portal; links in mails begin with it. Default: http://localhost:PORT.'),
  TRUSTED_PROXIES: z
    .string()
    .transform((value) => (/^\d{1,2}$/.test(value) ? Number(value) : value.split(',').map((part) => part.trim())))
    .refine((value) => (typeof value === 'number' ? value <= 10 : value.every(isProxy)), {
      message:
        'must be how many proxies stand in front (at most 10), or their addresses or networks with commas between them, such as 10.0.0.0/8,fd00::/8',
    })
    .optional()
    .describe(
      'Proxies whose X-Forwarded-For and -Proto are believed: addresses and networks (10.0.0.0/8; loopback, linklocal, uniquelocal), or how many stand in front. Default: none; the address of the connection counts.',
    ),
  CLOUDS: z
    .enum(['public', 'us-government', 'both'], { message: 'must be public, us-government or both' })
    .default('public')
    .describe('Which clouds this installation serves. With both, each has a host of its own: PUBLIC_URL and US_GOVERNMENT_URL.'),
  US_GOVERNMENT_URL: url(['http:', 'https:'], 'https://gov.partners.example.com')
    .optional()
    .describe('With CLOUDS=both: where people of the US Government cloud reach the portal; another host than PUBLIC_URL.'),
  DATA_DIR: z.string().min(1).default('.data').describe('Folder of the embedded Postgres, inbox and secret.'),
  DATABASE_URL: url(['postgres:', 'postgresql:'], 'postgres://user:password@host:5432/clientele')
    .optional()
    .describe(
      'A Postgres of your own (15 or newer; the tests run on 18); its login must be allowed to create tables and roles. Default: embedded.',
    ),
  REDIS_URL: url(['redis:', 'rediss:'], 'redis://host:6379/0')
    .optional()
    .describe('Redis for the job queue (noeviction, AOF). Default: the queue lives in Postgres.'),
  SMTP_URL: url(['smtp:', 'smtps:'], 'smtp://user:password@host:587')
    .optional()
    .describe(
      'Mail server to send through; a name and password are sent to another machine encrypted only, unless it ends in ?requireTLS=false. Default: the built-in inbox, from which nothing leaves the machine.',
    ),
  MAIL_FROM: z
    .string()
    .regex(/^[^\s@<>]+@[^\s@<>]+$/, 'must be a mail address')
    .default('no-reply@clientele.example')
    .describe('Sender address of every mail.'),
  BOUNCE_ADDRESS: z
    .string()
    .regex(/^[a-z0-9._-]{1,16}@[^\s@<>+]+$/i, 'must be a mail address with at most 16 characters before the @ and no plus')
    .optional()
    .describe(
      'Where undeliverable mail comes back to: bounce@returns.example.com, and bounce+anything@ too. Default: the sender address, and nothing is read.',
    ),
  BOUNCE_SMTP_PORT: anyPort.optional().describe('Port on which a worker takes in mail for BOUNCE_ADDRESS. Default: none.'),
  BOUNCE_SECRET: z
    .string()
    .min(32, 'must have at least 32 characters')
    .optional()
    .describe('Bearer token for POST /api/returned-mails, by which a mail server or service brings such mail. Default: off.'),
  DKIM_SELECTOR: z
    .string()
    .regex(/^[a-z0-9_-]+(?:[.,][a-z0-9_-]+)*$/i, 'must be a name such as mail2026, or several with commas between them')
    .optional()
    .describe('Selectors of the DKIM keys that mail is signed with, for the sender check. We sign with the first, if there is a key.'),
  DKIM_PRIVATE_KEY: z
    .string()
    .transform((value) => value.replaceAll('\\n', '\n'))
    .refine(isPrivateKey, 'must be a private key in PEM')
    .optional()
    .describe('Private key to sign mail with (PEM; \\n for line ends). Default: the mail server signs.'),
  DNS_SERVERS: z
    .string()
    .regex(/^[\da-f.:[\]]+(?:,[\da-f.:[\]]+)*$/i, 'must be IP addresses with commas between them, such as 1.1.1.1,9.9.9.9')
    .optional()
    .describe('Name servers for the sender check. Default: those of the machine.'),
  INBOX_PORT: port(3025).describe('Port of the built-in inbox\u2019s web page.'),
  SECRET: z
    .string()
    .min(32, 'must have at least 32 characters')
    .optional()
    .describe('Key for sessions and links; the same in every process. Default: made once and kept in DATA_DIR.'),
  METRICS_SECRET: z
    .string()
    .min(32, 'must have at least 32 characters')
    .optional()
    .describe('Bearer token for /metrics. Default: only programs on the same machine may read it, and not through a proxy.'),
  ALLOW_PRIVATE_ADDRESSES: z
    .enum(['true', 'false'], { message: 'must be true or false' })
    .default('false')
    .describe(
      'Whether addresses that people type, such as that of an identity provider, may lead into the own network, and be without TLS.',
    ),
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], {
      message: 'must be fatal, error, warn, info, debug, trace or silent',
    })
    .default('info')
    .describe('What is logged.'),
  MAIL_CONNECTIONS: count(5, 1, 100).describe('Connections to the mail server per worker.'),
  DATABASE_CONNECTIONS: count(10, 2, 200).describe('Connections to Postgres per process.'),
  WEB_DIST: z.string().optional().describe('Folder of the built SPA. Default: apps/web/dist.'),
});

/** The settings as the code uses them. */
export interface Config {
  port: number;
  host: string;
  publicUrl: string;
  /** As Express' `trust proxy` takes it. */
  trustedProxies: number | string[] | undefined;
  /** Where each cloud that is served is reached. */
  addresses: { public?: string; 'us-government'?: string };
  dataDir: string;
  databaseUrl: string | undefined;
  redisUrl: string | undefined;
  smtpUrl: string | undefined;
  mailFrom: string;
  bounceAddress: string | undefined;
  bounceSmtpPort: number | undefined;
  bounceSecret: string | undefined;
  dkimSelectors: string[];
  dkimPrivateKey: string | undefined;
  dnsServers: string[] | undefined;
  inboxPort: number;
  inboxUrl: string | undefined;
  secret: string | undefined;
  metricsSecret: string | undefined;
  allowPrivateAddresses: boolean;
  logLevel: string;
  mailConnections: number;
  databaseConnections: number;
  webDist: string | undefined;
}

/** The configuration of a process whose outside services are known. */
export type ReadyConfig = Config & { databaseUrl: string; smtpUrl: string; secret: string };

/** Every mistake in the environment, told together. */
export class ConfigError extends Error {
  constructor(readonly problems: string[]) {
    super(problems.join('\n'));
    this.name = 'ConfigError';
  }
}

/** Reads the environment once. Throws ConfigError with one line per mistake. */
export function loadConfig(env: Record<string, string | undefined>): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = settings.safeParse(given);
  if (!parsed.success) throw new ConfigError(parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`));
  const values = parsed.data;
  const publicUrl = addressOf(values.PUBLIC_URL ?? `http://localhost:${values.PORT}`);
  const problems = [
    ...cloudProblems(values, publicUrl),
    ...(values.BOUNCE_ADDRESS || (values.BOUNCE_SMTP_PORT === undefined && !values.BOUNCE_SECRET)
      ? []
      : ['BOUNCE_ADDRESS must be set, or nothing comes back to BOUNCE_SMTP_PORT or with BOUNCE_SECRET']),
    ...(values.DKIM_PRIVATE_KEY && !values.DKIM_SELECTOR ? ['DKIM_SELECTOR must name the key DKIM_PRIVATE_KEY'] : []),
  ];
  if (problems.length > 0) throw new ConfigError(problems);
  return {
    port: values.PORT,
    host: values.HOST,
    publicUrl,
    trustedProxies: values.TRUSTED_PROXIES,
    addresses: {
      ...(values.CLOUDS === 'us-government' ? {} : { public: publicUrl }),
      ...(values.CLOUDS === 'public' ? {} : { 'us-government': addressOf(values.US_GOVERNMENT_URL ?? publicUrl) }),
    },
    dataDir: resolve(values.DATA_DIR),
    databaseUrl: values.DATABASE_URL,
    redisUrl: values.REDIS_URL,
    smtpUrl: values.SMTP_URL,
    mailFrom: values.MAIL_FROM,
    bounceAddress: values.BOUNCE_ADDRESS,
    bounceSmtpPort: values.BOUNCE_SMTP_PORT,
    bounceSecret: values.BOUNCE_SECRET,
    dkimSelectors: values.DKIM_SELECTOR?.split(',') ?? [],
    dkimPrivateKey: values.DKIM_PRIVATE_KEY,
    dnsServers: values.DNS_SERVERS?.split(','),
    inboxPort: values.INBOX_PORT,
    inboxUrl: undefined,
    secret: values.SECRET,
    metricsSecret: values.METRICS_SECRET,
    allowPrivateAddresses: values.ALLOW_PRIVATE_ADDRESSES === 'true',
    logLevel: values.LOG_LEVEL,
    mailConnections: values.MAIL_CONNECTIONS,
    databaseConnections: values.DATABASE_CONNECTIONS,
    webDist: values.WEB_DIST,
  };
}

const addressOf = (text: string) => text.replace(/\/+$/, '');

function cloudProblems(
  { CLOUDS, US_GOVERNMENT_URL }: Pick<z.output<typeof settings>, 'CLOUDS' | 'US_GOVERNMENT_URL'>,
  publicUrl: string,
): string[] {
  if (CLOUDS !== 'both') return US_GOVERNMENT_URL ? ['US_GOVERNMENT_URL is only for CLOUDS=both; one cloud has PUBLIC_URL'] : [];
  if (!US_GOVERNMENT_URL) return ['US_GOVERNMENT_URL is missing: with CLOUDS=both each cloud has a host of its own'];
  return new URL(US_GOVERNMENT_URL).host === new URL(publicUrl).host ? ['US_GOVERNMENT_URL must be another host than PUBLIC_URL'] : [];
}

/** For a process of a scaled installation: throws ConfigError naming each setting that is missing. */
export function requireScaled(config: Config): ReadyConfig {
  const { databaseUrl, smtpUrl, secret } = config;
  const problems = [
    ...(databaseUrl ? [] : ['DATABASE_URL is missing']),
    ...(smtpUrl ? [] : ['SMTP_URL is missing']),
    ...(secret ? [] : ['SECRET is missing']),
  ];
  if (!databaseUrl || !smtpUrl || !secret) throw new ConfigError(problems);
  return { ...config, databaseUrl, smtpUrl, secret };
}
