import { createHmac, timingSafeEqual } from 'node:crypto';

/** Letters and digits that are not taken for one another on paper or by phone. */
const signs = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';

/** The code on a receipt: only we can make it for the record that the receipt is about, and nobody can change that record. */
export interface CheckCodes {
  codeOf(recordId: string): string;
  /** Whether the code is the one of this record, however it was typed. */
  proves(recordId: string, code: string): boolean;
}

export function createCheckCodes({ secret }: { secret: string }): CheckCodes {
  const key = createHmac('sha256', secret).update('check codes of receipts').digest();
  const plain = (recordId: string) => {
    const bytes = createHmac('sha256', key).update(recordId).digest();
    return Array.from(bytes.subarray(0, 12), (byte) => signs[byte % 32]).join('');
  };
  return {
    codeOf: (recordId) => plain(recordId).replace(/(....)(?=.)/g, '$1-'),
    proves(recordId, code) {
      const given = Buffer.from(code.toUpperCase().replace(/[\s-]/g, ''));
      const expected = Buffer.from(plain(recordId));
      return given.length === expected.length && timingSafeEqual(given, expected);
    },
  };
}
