import { randomInt } from 'node:crypto';

/** Without letters and digits that look alike: people read these passwords to each other. */
const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789';

const group = (): string => Array.from({ length: 5 }, () => alphabet[randomInt(alphabet.length)]).join('');

/** A new password of 99 random bits, such as `k7m2q-9xw4t-…`. */
export const generatePassword = (): string => Array.from({ length: 4 }, group).join('-');
