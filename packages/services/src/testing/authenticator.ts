import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

type Cbor = number | string | Buffer | Map<number | string, Cbor>;

/** CBOR (RFC 8949), as far as an authenticator needs it. */
function cbor(value: Cbor): Buffer {
  const head = (major: number, length: number) =>
    length < 24 ? Buffer.from([(major << 5) | length]) : length < 256 ? Buffer.from([(major << 5) | 24, length]) : wide(major, length);
  if (typeof value === 'number') return value >= 0 ? head(0, value) : head(1, -1 - value);
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value]);
  return Buffer.concat([head(5, value.size), ...[...value].flatMap(([key, inner]) => [cbor(key), cbor(inner)])]);
}
const wide = (major: number, length: number) => Buffer.from([(major << 5) | 25, length >> 8, length & 255]);

const sha256 = (data: Buffer | string) => createHash('sha256').update(data).digest();
const base64url = (data: Buffer | string) => Buffer.from(data).toString('base64url');

/** What is in the answer of a passkey that a test may want to be wrong. */
interface Twist {
  origin?: string;
  challenge?: string;
  /** Without a finger or a PIN. */
  unverified?: true;
  /** The count of uses; a copy of a passkey is behind. */
  counter?: number;
}

/** A passkey in software: makes a key pair (ES256) for a host name and signs challenges with it, as a browser would hand them on. */
export function createAuthenticator(party = 'localhost', origin = `http://${party}`) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const id = randomBytes(32);
  let counter = 0;

  const authenticatorData = (flags: number, count: number, rest = Buffer.alloc(0)) => {
    const uses = Buffer.alloc(4);
    uses.writeUInt32BE(count);
    return Buffer.concat([sha256(party), Buffer.from([flags]), uses, rest]);
  };
  const clientData = (type: string, challenge: string, twist: Twist) =>
    Buffer.from(JSON.stringify({ type, challenge: twist.challenge ?? challenge, origin: twist.origin ?? origin, crossOrigin: false }));
  const flagsOf = (twist: Twist) => 0x01 | (twist.unverified ? 0 : 0x04);
  const answer = (response: Record<string, unknown>) => ({
    ...{ id: base64url(id), rawId: base64url(id), type: 'public-key' as const, clientExtensionResults: {} },
    response: response as never,
  });

  return {
    id: base64url(id),
    /** Answers what `startPasskey` asks for. */
    create(options: Record<string, unknown>, twist: Twist = {}) {
      const key = new Map<number, Cbor>([
        [1, 2],
        [3, -7],
        [-1, 1],
        [-2, Buffer.from(x, 'base64url')],
        [-3, Buffer.from(y, 'base64url')],
      ]);
      const length = Buffer.alloc(2);
      length.writeUInt16BE(id.length);
      const authData = authenticatorData(flagsOf(twist) | 0x40, counter, Buffer.concat([Buffer.alloc(16), length, id, cbor(key)]));
      const attestation = new Map<string, Cbor>([
        ['fmt', 'none'],
        ['attStmt', new Map()],
        ['authData', authData],
      ]);
      return answer({
        clientDataJSON: base64url(clientData('webauthn.create', String(options.challenge), twist)),
        attestationObject: base64url(cbor(attestation)),
        transports: ['internal'],
      });
    },
    /** Answers what a sign-in or a check asks for. */
    get(options: Record<string, unknown>, twist: Twist = {}) {
      counter = twist.counter ?? counter + 1;
      const data = clientData('webauthn.get', String(options.challenge), twist);
      const authData = authenticatorData(flagsOf(twist), counter);
      return answer({
        clientDataJSON: base64url(data),
        authenticatorData: base64url(authData),
        signature: base64url(sign('sha256', Buffer.concat([authData, sha256(data)]), privateKey)),
      });
    },
  };
}
