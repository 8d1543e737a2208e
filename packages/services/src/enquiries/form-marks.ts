import { createHmac, timingSafeEqual } from 'node:crypto';

/** No person reads a form and fills it in more quickly than this. */
export const leastFormMs = 2000;
/** A form that was opened longer ago is not taken as it is: what it says of the profile may be old. */
export const mostFormMs = 12 * 3_600_000;

/** What a form's mark is worth now. `forged`: we have not made it, or for another profile. */
export type FormMark = 'good' | 'too-quick' | 'too-old' | 'forged';

/** Marks in the form of an enquiry: only we can make them, each for one profile and one moment. Nothing is stored. */
export interface FormMarks {
  make(profileId: string, now: Date): string;
  judge(mark: string, profileId: string, now: Date): FormMark;
}

export function createFormMarks(secret: string): FormMarks {
  const key = createHmac('sha256', secret).update('enquiry forms').digest();
  const macOf = (at: string, profileId: string) => createHmac('sha256', key).update(`${at}.${profileId}`).digest('base64url').slice(0, 22);
  return {
    make(profileId, now) {
      const at = now.getTime().toString(36);
      return `${at}.${macOf(at, profileId)}`;
    },
    judge(mark, profileId, now) {
      const [at = '', mac = ''] = mark.split('.');
      const due = Buffer.from(macOf(at, profileId));
      const given = Buffer.from(mac);
      if (!/^[0-9a-z]{6,10}$/.test(at) || given.length !== due.length || !timingSafeEqual(given, due)) return 'forged';
      const age = now.getTime() - Number.parseInt(at, 36);
      if (age < leastFormMs) return 'too-quick';
      return age > mostFormMs ? 'too-old' : 'good';
    },
  };
}
