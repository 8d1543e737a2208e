import { createCipheriv, createDecipheriv, createHmac, randomBytes, scryptSync } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SealedSecret } from '@clientele/db';
import { StartError } from './start-error.ts';

const fileIn = (folder: string) => join(folder, 'secret');

/** The installation's key in its data folder; undefined before the first start. */
export function readSecret(folder: string): string | undefined {
  const file = fileIn(folder);
  if (!existsSync(file)) return undefined;
  const secret = readFileSync(file, 'utf8').trim();
  if (secret.length >= 32) return secret;
  throw new StartError(
    `The installation's key in ${file} is damaged: put the file back, or delete it (then everyone signs in again and links sent so far are void).`,
  );
}

export function writeSecret(folder: string, secret: string): void {
  const file = fileIn(folder);
  writeFileSync(`${file}.new`, `${secret}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** This installation's key, made on the first start. */
export function secretIn(folder: string): string {
  const kept = readSecret(folder);
  if (kept) return kept;
  const secret = randomBytes(32).toString('hex');
  writeSecret(folder, secret);
  return secret;
}

/** Tells one key from another, and nothing about it. */
export function fingerprintOf(secret: string): string {
  const [, ...parts] = /^(.{4})(.{4})(.{4})(.{4})/.exec(createHmac('sha256', secret).update('fingerprint').digest('hex')) ?? [];
  return parts.join('-');
}

/** So short a passphrase would be found by trying. */
export const shortestPassphrase = 12;

const keyOf = (passphrase: string, salt: Buffer) =>
  scryptSync(passphrase.normalize('NFKC'), salt, 32, { N: 2 ** 16, r: 8, p: 1, maxmem: 2 ** 27 });

/** The key under a passphrase: scrypt and AES-256-GCM. */
export function sealSecret(secret: string, passphrase: string): SealedSecret {
  const [salt, iv] = [randomBytes(16), randomBytes(12)];
  const cipher = createCipheriv('aes-256-gcm', keyOf(passphrase, salt), iv);
  const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
  return {
    salt: salt.toString('base64'),
    iv: iv.toString('base64'),
    tag: cipher.getAuthTag().toString('base64'),
    text: text.toString('base64'),
  };
}

/** The key again; undefined for another passphrase. */
export function openSecret(sealed: SealedSecret, passphrase: string): string | undefined {
  const bytes = (text: string) => Buffer.from(text, 'base64');
  try {
    const decipher = createDecipheriv('aes-256-gcm', keyOf(passphrase, bytes(sealed.salt)), bytes(sealed.iv), { authTagLength: 16 });
    decipher.setAuthTag(bytes(sealed.tag));
    return Buffer.concat([decipher.update(bytes(sealed.text)), decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}
