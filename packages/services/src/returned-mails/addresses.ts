import { createHmac, timingSafeEqual } from 'node:crypto';

/** Where mails come back to: an address for each mail, so that a report need not be believed to know which one it is about. */
export interface ReturnAddresses {
  /** The envelope sender of a mail: its id, and a mark that only we can make for it. Nothing is stored. */
  addressOf(deliveryId: string): string;
  /** The mail that an address belongs to; null unless the mark proves it. */
  deliveryIdOf(address: string): string | null;
}

// Some servers write addresses in lower case, so neither id nor mark may depend on it: base32.
const alphabet = 'abcdefghijklmnopqrstuvwxyz234567';
const markBytes = 12;
/** Letters of an id and of a mark in base32. */
const [idLetters, markLetters] = [26, 20];

/**
 * `bounce@returns.example` becomes `bounce+<id>.<mark>@returns.example`. The part before the @ may have 64 characters (RFC 5321), which leaves
 * 16 for what stands before the plus.
 */
export function createReturnAddresses({ bounceAddress, secret }: { bounceAddress: string; secret: string }): ReturnAddresses {
  const key = createHmac('sha256', secret).update('returned mails').digest();
  const at = bounceAddress.lastIndexOf('@');
  const [local, domain] = [bounceAddress.slice(0, at), bounceAddress.slice(at + 1)];
  const markOf = (id: Buffer) => base32(createHmac('sha256', key).update(id).digest().subarray(0, markBytes));
  const form = new RegExp(`^[^+@]+\\+([a-z2-7]{${idLetters}})\\.([a-z2-7]{${markLetters}})@[^@]+$`);

  return {
    addressOf(deliveryId) {
      const id = Buffer.from(deliveryId.replaceAll('-', ''), 'hex');
      return `${local}+${base32(id)}.${markOf(id)}@${domain}`;
    },
    deliveryIdOf(address) {
      // The domain may be another than ours by now: mail is forwarded, and the mark is what proves it.
      const [, id, mark] = (address.length <= 320 && form.exec(address.trim().toLowerCase())) || [];
      if (!id || !mark) return null;
      const idBytes = bytes(id);
      if (base32(idBytes) !== id || !timingSafeEqual(Buffer.from(mark), Buffer.from(markOf(idBytes)))) return null;
      const hex = idBytes.toString('hex');
      return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
    },
  };
}

function base32(bytes: Buffer): string {
  let text = '';
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xfff;
    bits += 8;
    for (; bits >= 5; bits -= 5) text += alphabet[(value >> (bits - 5)) & 31];
  }
  return bits > 0 ? text + alphabet[(value << (5 - bits)) & 31] : text;
}

function bytes(text: string): Buffer {
  const found: number[] = [];
  let bits = 0;
  let value = 0;
  for (const letter of text) {
    value = ((value << 5) | alphabet.indexOf(letter)) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    found.push((value >> bits) & 255);
  }
  return Buffer.from(found);
}
