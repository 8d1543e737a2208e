import { createHmac, timingSafeEqual } from 'node:crypto';
import type { InvitationPurpose } from '@clientele/domain';

/** What links and codes are made of. */
export interface Links {
  /** The link of an invitation: its id, and a mark that only we can make for this id and version. Nothing is stored. A partner is asked on a page of its own. */
  linkOf(invitation: { id: string; tokenVersion: number; purpose?: InvitationPurpose }): string;
  /** The invitation that a token speaks of, not yet proven; null for what cannot be one of our tokens. */
  invitationIdOf(token: string): string | null;
  /** Whether the token is the one of this invitation in its present version. */
  proves(token: string, invitation: { id: string; tokenVersion: number }): boolean;
  /** Six digits that partner and customer compare by phone. */
  matchCodeOf(invitationId: string): string;
  /** The same for a request to accept the customer agreement: one link for each request, made with a key of its own. */
  agreement: {
    linkOf(requestId: string): string;
    requestIdOf(token: string): string | null;
    proves(token: string, requestId: string): boolean;
  };
  /** The link in a mail by which its reader says that it wants no more of them; one for each mail, with a key of its own, good for ever. */
  unsubscribe: {
    linkOf(deliveryId: string): string;
    deliveryIdOf(token: string): string | null;
    proves(token: string, deliveryId: string): boolean;
  };
  /** The same for the certificate of an end, and the code on it that only we can make for what it says. */
  certificate: {
    linkOf(certificateId: string): string;
    certificateIdOf(token: string): string | null;
    proves(token: string, certificateId: string): boolean;
    checkCodeOf(says: string): string;
  };
  /** The link by which somebody becomes a partner user; good as long as the invitation is open. */
  partnerUser: {
    linkOf(invitationId: string): string;
    invitationIdOf(token: string): string | null;
    proves(token: string, invitationId: string): boolean;
  };
  /** And for a link to a new password. */
  password: {
    linkOf(linkId: string): string;
    linkIdOf(token: string): string | null;
    proves(token: string, linkId: string): boolean;
  };
  /** And for the page on which somebody confirms an enquiry, and sees what becomes of it. */
  enquiry: {
    linkOf(enquiryId: string): string;
    enquiryIdOf(token: string): string | null;
    proves(token: string, enquiryId: string): boolean;
  };
  /** And for a partner user's calendar of expiries: a new version kills the older address. */
  calendar: {
    linkOf(feed: { id: string; version: number }): string;
    feedIdOf(token: string): string | null;
    proves(token: string, feed: { id: string; version: number }): boolean;
  };
}

const markBytes = 18;

/** Tokens of one kind: an id, and a mark that only who has the key can make for it. */
export function createTokens(key: Buffer) {
  const mark = (id: string, version: number) => createHmac('sha256', key).update(`${id}.${version}`).digest().subarray(0, markBytes);
  const idBytes = (id: string) => Buffer.from(id.replaceAll('-', ''), 'hex');
  return {
    tokenOf: (id: string, version: number) => Buffer.concat([idBytes(id), mark(id, version)]).toString('base64url'),
    idOf(token: string): string | null {
      const bytes = Buffer.from(token, 'base64url');
      if (bytes.length !== 16 + markBytes || bytes.toString('base64url') !== token) return null;
      const hex = bytes.subarray(0, 16).toString('hex');
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
    },
    proves(token: string, id: string, version: number): boolean {
      const bytes = Buffer.from(token, 'base64url');
      return bytes.length === 16 + markBytes && timingSafeEqual(bytes, Buffer.concat([idBytes(id), mark(id, version)]));
    },
  };
}

export function createLinks({ publicUrl, secret }: { publicUrl: string; secret: string }): Links {
  const key = createHmac('sha256', secret).update('invitation links').digest();
  const tokens = createTokens(key);
  const unsubscribeTokens = createTokens(createHmac('sha256', secret).update('unsubscribe links').digest());
  const certificateKey = createHmac('sha256', secret).update('certificates of ends').digest();
  const certificateTokens = createTokens(certificateKey);
  const agreementTokens = createTokens(createHmac('sha256', secret).update('agreement links').digest());
  const partnerUserTokens = createTokens(createHmac('sha256', secret).update('partner user links').digest());
  const passwordTokens = createTokens(createHmac('sha256', secret).update('password links').digest());
  const enquiryTokens = createTokens(createHmac('sha256', secret).update('enquiry links').digest());
  const calendarTokens = createTokens(createHmac('sha256', secret).update('calendar links').digest());

  return {
    linkOf: ({ id, tokenVersion, purpose }) => `${publicUrl}/${purpose === 'partnership' ? 'p' : 'i'}/${tokens.tokenOf(id, tokenVersion)}`,
    invitationIdOf: (token) => tokens.idOf(token),
    proves: (token, { id, tokenVersion }) => tokens.proves(token, id, tokenVersion),
    matchCodeOf(invitationId) {
      const number = createHmac('sha256', key).update(`match ${invitationId}`).digest().readUInt32BE(0) % 1_000_000;
      return String(number)
        .padStart(6, '0')
        .replace(/^(...)/, '$1 ');
    },
    agreement: {
      linkOf: (requestId) => `${publicUrl}/a/${agreementTokens.tokenOf(requestId, 1)}`,
      requestIdOf: (token) => agreementTokens.idOf(token),
      proves: (token, requestId) => agreementTokens.proves(token, requestId, 1),
    },
    unsubscribe: {
      linkOf: (deliveryId) => `${publicUrl}/u/${unsubscribeTokens.tokenOf(deliveryId, 1)}`,
      deliveryIdOf: (token) => unsubscribeTokens.idOf(token),
      proves: (token, deliveryId) => unsubscribeTokens.proves(token, deliveryId, 1),
    },
    certificate: {
      linkOf: (certificateId) => `${publicUrl}/e/${certificateTokens.tokenOf(certificateId, 1)}`,
      certificateIdOf: (token) => certificateTokens.idOf(token),
      proves: (token, certificateId) => certificateTokens.proves(token, certificateId, 1),
      checkCodeOf(says) {
        const code = createHmac('sha256', certificateKey).update(`code ${says}`).digest('hex').slice(0, 16).toUpperCase();
        return code.replace(/(....)(?=.)/g, '$1-');
      },
    },
    partnerUser: {
      linkOf: (invitationId) => `${publicUrl}/join/${partnerUserTokens.tokenOf(invitationId, 1)}`,
      invitationIdOf: (token) => partnerUserTokens.idOf(token),
      proves: (token, invitationId) => partnerUserTokens.proves(token, invitationId, 1),
    },
    password: {
      linkOf: (linkId) => `${publicUrl}/new-password/${passwordTokens.tokenOf(linkId, 1)}`,
      linkIdOf: (token) => passwordTokens.idOf(token),
      proves: (token, linkId) => passwordTokens.proves(token, linkId, 1),
    },
    enquiry: {
      linkOf: (enquiryId) => `${publicUrl}/enquiry/${enquiryTokens.tokenOf(enquiryId, 1)}`,
      enquiryIdOf: (token) => enquiryTokens.idOf(token),
      proves: (token, enquiryId) => enquiryTokens.proves(token, enquiryId, 1),
    },
    calendar: {
      linkOf: ({ id, version }) => `${publicUrl}/calendar/${calendarTokens.tokenOf(id, version)}.ics`,
      feedIdOf: (token) => calendarTokens.idOf(token),
      proves: (token, { id, version }) => calendarTokens.proves(token, id, version),
    },
  };
}
