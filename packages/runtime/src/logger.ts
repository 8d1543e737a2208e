import { type DestinationStream, type Logger, pino } from 'pino';

export type { Logger } from 'pino';

/** What never appears in a log, wherever it stands in an object. */
const secrets = [
  'password',
  'temporaryPassword',
  'setUpCode',
  'token',
  'secret',
  'link',
  'email',
  'recipient',
  'to',
  'authorization',
  'cookie',
  '["set-cookie"]',
];

/** Text that may hold a mail address or a link's token, made harmless. */
export function scrub(text: string): string {
  return text
    .replace(/[^\s<>()"',;:/]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*\.(?:xn--[a-z0-9-]+|\p{L}{2,})/giu, '[address]')
    .replace(/\/i\/[\w-]{20,}/g, '/i/[token]');
}

/** A JSON logger. ERROR means that someone must act. Secrets and personal addresses are left out, also from error messages. */
export function createLogger(options: { level: string; name: string; destination?: DestinationStream }): Logger {
  const paths = secrets.flatMap((name) => (name.startsWith('[') ? [name, `*${name}`, `*.*${name}`] : [name, `*.${name}`, `*.*.${name}`]));
  return pino(
    {
      level: options.level,
      name: options.name,
      redact: { paths, censor: '[redacted]' },
      serializers: {
        err: (error: unknown) =>
          error instanceof Error
            ? {
                type: error.name,
                message: scrub(rootMessage(error)),
                code: 'code' in error ? error.code : undefined,
                stack: scrub(frames(error)),
              }
            : { message: scrub(String(error)) },
      },
    },
    options.destination ?? pino.destination(1),
  );
}

/** A query's error carries its parameters in the message; what the database said is in the cause. */
function rootMessage(error: Error): string {
  return error.cause instanceof Error ? rootMessage(error.cause) : error.message;
}

function frames(error: Error): string {
  return (error.stack ?? '')
    .split('\n')
    .filter((line) => line.trim().startsWith('at '))
    .slice(0, 12)
    .join('\n');
}
