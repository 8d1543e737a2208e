import { describe, expect, it } from 'vitest';
import { mailtoOf } from './mail-program.ts';

const mail = { email: 'a+b@contoso.com', subject: 'A & B', text: 'Hello\nhttps://x.test/i/1?a=b', link: 'https://x.test/i/1?a=b' };

describe('opening an invitation in a mail program', () => {
  it('carries address, subject and text', () => {
    expect(mailtoOf(mail)).toEqual({
      href: 'mailto:a%2Bb@contoso.com?subject=A%20%26%20B&body=Hello%0D%0Ahttps%3A%2F%2Fx.test%2Fi%2F1%3Fa%3Db',
      shortened: false,
    });
  });
  it('carries at least the link when the text is too long for a mail program', () => {
    const { href, shortened } = mailtoOf({ ...mail, text: 'あ'.repeat(400) });
    expect(shortened).toBe(true);
    expect(href).toContain(encodeURIComponent(mail.link));
    expect(href.length).toBeLessThan(1900);
  });
});
