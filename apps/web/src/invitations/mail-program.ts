/** Longer addresses are cut off or ignored by mail programs (Windows hands over about 2,000 characters). */
const longest = 1900;

/** A `mailto:` address with subject and text. When the text does not fit, only the link goes along and `shortened` is true. */
export function mailtoOf(mail: { email: string; subject: string; text: string; link: string }): { href: string; shortened: boolean } {
  const to = encodeURIComponent(mail.email).replace(/%40/g, '@');
  const href = (body: string) =>
    `mailto:${to}?subject=${encodeURIComponent(mail.subject)}&body=${encodeURIComponent(body.replace(/\r?\n/g, '\r\n'))}`;
  const whole = href(mail.text);
  return whole.length <= longest ? { href: whole, shortened: false } : { href: href(mail.link), shortened: true };
}
