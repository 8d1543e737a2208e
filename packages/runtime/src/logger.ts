import { type DestinationStream, type Logger, pino } from 'pino';

export type { Logger } from 'pino';

/** The names of what never appears in a log, wherever and however deep it stands in an object; in any spelling of the name. */
const secretNames = new Set([
  'link',
  'email',
  'recipient',
  'to',
  'authorization',
  'cookie',
  'setcookie',
  'setupcode',
  'apikey',
  'xapikey',
  'privatekey',
]);
const secretParts = /password|passphrase|secret|token|credential|recoverycode|otp/;
const isSecret = (name: string) => {
  const bare = name.toLowerCase().replace(/[^a-z]/g, '');
  return secretNames.has(bare) || secretParts.test(bare);
};
const censor = '[redacted]';
const deepest = 8;

/** The same without its secrets. What is no plain object (an error, a date) has a serializer of its own. */
function withoutSecrets<Value>(value: Value, depth = 0): Value {
  if (typeof value !== 'object' || value === null) return value;
  if (depth > deepest) return censor as Value;
  if (Array.isArray(value)) return value.map((one) => withoutSecrets(one, depth + 1)) as Value;
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, isSecret(name) ? censor : withoutSecrets(inner, depth + 1)]),
  ) as Value;
}

/** Text that may hold a mail address, a link's token, a key or the password of an address, made harmless. */
export function scrub(text: string): string {
  return text
    .replace(/(\w:\/\/)[^\s/@]+@/g, '$1[credentials]@')
    .replace(/[^\s<>()"',;:/[\]]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)*\.(?:xn--[a-z0-9-]+|\p{L}{2,})/giu, '[address]')
    .replace(/\bclientele_[\w-]{20,}/g, '[key]')
    .replace(/\b(Bearer|Basic) +[\w.~+/=-]{8,}/gi, '$1 [credentials]')
    .replace(/\/(i|a|e|u|join|sign-in|calendar)\/[\w-]{20,}/g, '/$1/[token]');
}

/** A JSON logger. ERROR means that someone must act. Secrets and personal addresses are left out, also from error messages. */
export function createLogger(options: { level: string; name: string; destination?: DestinationStream }): Logger {
  return pino(
    {
      level: options.level,
      name: options.name,
      formatters: { log: (object) => withoutSecrets(object) },
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
