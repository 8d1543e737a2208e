import { domainToASCII } from 'node:url';

export type AddressCheck = { ok: true; address: string } | { ok: false; rule: string };

const atom = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const label = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * Whether a mail can be sent to an address, and the address as it goes to the server (IDN domains in punycode). Sizes are RFC
 * 5321's: 64 octets before the @, 254 in all. No quoted local parts, comments or control characters: nobody means them.
 */
export function checkAddress(address: string): AddressCheck {
  if (/[\u0000-\u0020\u007f]/.test(address)) return { ok: false, rule: 'it holds a space or a control character' };
  const at = address.lastIndexOf('@');
  if (at < 1 || address.indexOf('@') !== at) return { ok: false, rule: 'it must have exactly one @' };
  const local = address.slice(0, at);
  if (!atom.test(local)) return { ok: false, rule: 'the part before the @ has a character that cannot be used' };
  if (local.length > 64) return { ok: false, rule: 'the part before the @ is longer than 64' };
  const domain = domainToASCII(address.slice(at + 1));
  const labels = domain.split('.');
  if (labels.length < 2 || !labels.every((part) => label.test(part))) return { ok: false, rule: 'the part after the @ is not a domain' };
  const whole = `${local}@${domain}`;
  return whole.length > 254 ? { ok: false, rule: 'it is longer than 254' } : { ok: true, address: whole };
}
