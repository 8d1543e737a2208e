/** How long the link to a new password is good, in minutes: mail can be slow, and the link is as good as the password. */
export const passwordLinkMinutes = 60;

export type PasswordLinkState = 'open' | 'used' | 'expired';

/** Whether a link is good; that it has run out is never kept. */
export const passwordLinkStateAt = (link: { overAt: Date | null; expiresAt: Date }, now: Date): PasswordLinkState =>
  link.overAt ? 'used' : link.expiresAt <= now ? 'expired' : 'open';
