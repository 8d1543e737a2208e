export const languages = ['en', 'ja'] as const;
/** The languages of screens and mails. A person chooses its own; a mail is in its reader's. */
export type Language = (typeof languages)[number];
