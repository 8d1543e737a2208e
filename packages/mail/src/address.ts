import { domainToASCII } from 'node:url';

/** What is wrong with an address. */
export type AddressRule =
  | 'hidden_character'
  | 'one_at_sign'
  | 'local_part_characters'
  | 'local_part_ascii'
  | 'local_part_length'
  | 'domain'
  | 'length';

export type AddressCheck = { ok: true; address: string } | { ok: false; rule: AddressRule };

const atoms = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/i;
const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * Whether a mail can be sent to an address, and the address as it goes to the server (IDN domains in punycode). Sizes are RFC
 * 5321's: 64 octets before the @, 254 in all. No quoted local parts, comments, address literals or control characters: nobody
 * means them.
 */
export function checkAddress(address: string): AddressCheck {
  // Joiners (U+200C, U+200D) belong to some scripts; domainToASCII knows where.
  if (/[\p{Cc}\p{Z}\p{Surrogate}]|(?![\u200c\u200d])\p{Cf}/u.test(address)) return { ok: false, rule: 'hidden_character' };
  const [local = '', host, ...more] = address.split('@');
  if (!local || !host || more.length > 0) return { ok: false, rule: 'one_at_sign' };
  if (/[^\u0021-\u007e]/.test(local)) return { ok: false, rule: 'local_part_ascii' };
  if (!atoms.test(local)) return { ok: false, rule: 'local_part_characters' };
  if (local.length > 64) return { ok: false, rule: 'local_part_length' };
  const domain = domainOf(host);
  if (!domain) return { ok: false, rule: 'domain' };
  const whole = `${local}@${domain}`;
  return whole.length > 254 ? { ok: false, rule: 'length' } : { ok: true, address: whole };
}

/** A host name of at least two labels in punycode; nothing for what is none, or an IP address. */
function domainOf(host: string): string | undefined {
  // domainToASCII reads a host as an address bar does: it would decode %61 and cut a path.
  if (!/^(?:[a-z0-9.-]|\P{ASCII})+$/iu.test(host)) return undefined;
  const domain = domainToASCII(host);
  const labels = domain.split('.');
  const fits = domain.length <= 253 && labels.length > 1 && labels.every((part) => label.test(part)) && !/^\d+$/.test(labels.at(-1) ?? '');
  return fits ? domain : undefined;
}
