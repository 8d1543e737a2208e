import { createHmac, timingSafeEqual } from 'node:crypto';

/** What links and codes are made of. */
export interface Links {
  /** The link of an invitation: its id, and a mark that only we can make for this id and version. Nothing is stored. */
  linkOf(invitation: { id: string; tokenVersion: number }): string;
  /** The invitation that a token speaks of, not yet proven; null for what cannot be one of our tokens. */
  invitationIdOf(token: string): string | null;
  /** Whether the token is the one of this invitation in its present version. */
  proves(token: string, invitation: { id: string; tokenVersion: number }): boolean;
  /** Six digits that partner and customer compare by phone. */
  matchCodeOf(invitationId: string): string;
}

const markBytes = 18;

export function createLinks({ publicUrl, secret }: { publicUrl: string; secret: string }): Links {
  const key = createHmac('sha256', secret).update('invitation links').digest();
  const mark = (id: string, version: number) => createHmac('sha256', key).update(`${id}.${version}`).digest().subarray(0, markBytes);
  const idBytes = (id: string) => Buffer.from(id.replaceAll('-', ''), 'hex');

  return {
    linkOf({ id, tokenVersion }) {
      return `${publicUrl}/i/${Buffer.concat([idBytes(id), mark(id, tokenVersion)]).toString('base64url')}`;
    },
    invitationIdOf(token) {
      const bytes = Buffer.from(token, 'base64url');
      if (bytes.length !== 16 + markBytes || bytes.toString('base64url') !== token) return null;
      const hex = bytes.subarray(0, 16).toString('hex');
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
    },
    proves(token, { id, tokenVersion }) {
      const bytes = Buffer.from(token, 'base64url');
      return bytes.length === 16 + markBytes && timingSafeEqual(bytes, Buffer.concat([idBytes(id), mark(id, tokenVersion)]));
    },
    matchCodeOf(invitationId) {
      const number = createHmac('sha256', key).update(`match ${invitationId}`).digest().readUInt32BE(0) % 1_000_000;
      return String(number)
        .padStart(6, '0')
        .replace(/^(...)/, '$1 ');
    },
  };
}
