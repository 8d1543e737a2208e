import { createHash, createPrivateKey, createPublicKey, hkdfSync, type KeyObject, sign, verify } from 'node:crypto';
import { type Checkpoint, canonicalJson } from '@clientele/domain';

/** The installation's key for what it says about its logs: Ed25519, made from its secret, so that every process has it and nothing is stored. */
export interface LogKey {
  /** 32 bytes. */
  publicKey: Buffer;
  sign(text: string): Buffer;
}

/** A checkpoint as it is given away. */
export interface SignedCheckpoint extends Checkpoint {
  /** Base64, 32 bytes. */
  publicKey: string;
  /** Base64, over the canonical form of everything but these two. */
  signature: string;
}

// What stands before the 32 bytes of a key in PKCS #8 and SPKI.
const privatePrefix = Buffer.from('302e020100300506032b657004220420', 'hex');
const publicPrefix = Buffer.from('302a300506032b6570032100', 'hex');

export function createLogKey(secret: string): LogKey {
  const seed = Buffer.from(hkdfSync('sha256', secret, '', 'clientele: signing key of the activity log, 1', 32));
  const privateKey = createPrivateKey({ key: Buffer.concat([privatePrefix, seed]), format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(publicPrefix.length);
  return { publicKey, sign: (text) => sign(null, Buffer.from(text), privateKey) };
}

const keyObject = (publicKey: Buffer): KeyObject =>
  createPublicKey({ key: Buffer.concat([publicPrefix, publicKey]), format: 'der', type: 'spki' });

/** Whether a signature over a text was made with the key; false also for what is no key. */
function isSigned(text: string, publicKey: Buffer, signature: Buffer): boolean {
  return publicKey.length === 32 && verify(null, Buffer.from(text), keyObject(publicKey), signature);
}

/** What people compare: the first half of the key's SHA-256, in groups of four. */
export function fingerprintOf(publicKey: Buffer): string {
  const digits = createHash('sha256').update(publicKey).digest('hex').slice(0, 32);
  return digits.match(/.{4}/g)?.join(' ') ?? digits;
}

export function signCheckpoint(key: LogKey, checkpoint: Checkpoint): SignedCheckpoint {
  return {
    ...checkpoint,
    publicKey: key.publicKey.toString('base64'),
    signature: key.sign(canonicalJson(checkpoint)).toString('base64'),
  };
}

/** Whether a checkpoint is signed, with one of these keys. */
export function isCheckpoint({ publicKey, signature, ...checkpoint }: SignedCheckpoint, keys: readonly Buffer[]): boolean {
  const key = Buffer.from(publicKey, 'base64');
  return keys.some((one) => one.equals(key)) && isSigned(canonicalJson(checkpoint), key, Buffer.from(signature, 'base64'));
}
