import { describe, expect, it } from 'vitest';
import { createLinks } from './links.ts';

const id = '0190a000-1234-7000-8000-0123456789ab';
const links = createLinks({ publicUrl: 'https://portal.example', secret: 'one secret of an installation, long enough' });
const tokenOf = (invitation: { id: string; tokenVersion: number }, of = links) => of.linkOf(invitation).split('/i/')[1] as string;

describe('a link', () => {
  it('is the same each time it is made, fits an address, and is found again', () => {
    const link = links.linkOf({ id, tokenVersion: 1 });
    expect(link).toBe(links.linkOf({ id, tokenVersion: 1 }));
    expect(link).toMatch(/^https:\/\/portal\.example\/i\/[\w-]{46}$/);
    expect(links.invitationIdOf(tokenOf({ id, tokenVersion: 1 }))).toBe(id);
    expect(links.proves(tokenOf({ id, tokenVersion: 1 }), { id, tokenVersion: 1 })).toBe(true);
  });

  it('of another version, invitation or installation proves nothing', () => {
    const other = createLinks({ publicUrl: 'https://portal.example', secret: 'another secret of an installation, long enough' });
    const token = tokenOf({ id, tokenVersion: 1 });
    expect(links.proves(token, { id, tokenVersion: 2 })).toBe(false);
    expect(links.proves(token, { id: '0190a000-1234-7000-8000-0123456789ac', tokenVersion: 1 })).toBe(false);
    expect(other.proves(token, { id, tokenVersion: 1 })).toBe(false);
    // "1" + "12" and "11" + "2" must not be the same.
    expect(links.proves(tokenOf({ id, tokenVersion: 12 }), { id, tokenVersion: 2 })).toBe(false);
  });

  it('with one bit turned anywhere proves nothing', () => {
    const bytes = Buffer.from(tokenOf({ id, tokenVersion: 1 }), 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const turned = Buffer.from(bytes);
      turned[bit >> 3] = (turned[bit >> 3] as number) ^ (1 << (bit & 7));
      expect(links.proves(turned.toString('base64url'), { id, tokenVersion: 1 })).toBe(false);
    }
  });

  it('is read only when it is written as we write it', () => {
    const token = tokenOf({ id, tokenVersion: 1 });
    for (const odd of [
      '',
      token.slice(1),
      `${token}A`,
      `${token}==`,
      ` ${token}`,
      `${token}\n`,
      token.replace(/.$/, '+'),
      '/'.repeat(46),
      '🚀'.repeat(23),
    ])
      expect(links.invitationIdOf(odd), odd).toBeNull();
  });
});

describe('the code to compare by phone', () => {
  it('has six digits, stays the same, and differs between invitations', () => {
    expect(links.matchCodeOf(id)).toMatch(/^\d{3} \d{3}$/);
    expect(links.matchCodeOf(id)).toBe(links.matchCodeOf(id));
    const codes = new Set(Array.from({ length: 1000 }, (_, index) => links.matchCodeOf(`${id}${index}`)));
    expect(codes.size).toBeGreaterThan(990);
  });
});
