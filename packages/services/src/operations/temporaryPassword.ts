import { randomInt } from 'node:crypto';

/** Letters and digits that are not taken for one another when read aloud or copied by hand. */
const characters = 'abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789';

/** A temporary password: four groups of four, about 92 bits, such as `k7Qw-m2Xf-Pz9t-Ra4h`. */
export function makeTemporaryPassword(): string {
  return Array.from({ length: 4 }, () => Array.from({ length: 4 }, () => characters[randomInt(characters.length)]).join('')).join('-');
}
