import { createHmac, timingSafeEqual } from 'node:crypto';
import bcrypt from 'bcryptjs';

/**
 * passlib's `bcrypt_sha256`, version 2: bcrypt over base64(HMAC-SHA-256(key: salt, password)), because bcrypt ignores all but
 * the first 72 bytes. `$bcrypt-sha256$v=2,t=2b,r=<cost>$<salt, 22>$<digest, 31>`. Cost 15, the maximum, takes some seconds.
 * https://passlib.readthedocs.io/en/stable/lib/passlib.hash.bcrypt_sha256.html
 */
const format = /^\$bcrypt-sha256\$v=2,t=2b,r=([4-9]|1[0-5])\$([./A-Za-z0-9]{22})\$([./A-Za-z0-9]{31})$/;

const write = (cost: number, salt: string, digest: string): string =>
  `$bcrypt-sha256$v=2,t=2b,r=${cost}$${salt}$${digest}`;

const digestOf = (password: string, cost: number, salt: string): string => {
  const key = createHmac('sha256', salt).update(password, 'utf8').digest('base64');
  // Synchronous on purpose: in a worker nothing else waits.
  return bcrypt.hashSync(key, `$2b$${String(cost).padStart(2, '0')}$${salt}`).slice(-31);
};

/** Hashes a password with a new salt. `cost`: bcrypt's, 2^cost rounds. Slow by design: call it in a worker only. */
export const hashPassword = (password: string, cost: number): string => {
  const salt = bcrypt.genSaltSync(cost).slice(-22);
  return write(cost, salt, digestOf(password, cost, salt));
};

/** Compares in constant time. `false`, too, for a hash of unknown format. */
export const verifyPassword = (password: string, hash: string): boolean => {
  const [, cost, salt, digest] = format.exec(hash) ?? [];
  if (!cost || !salt || !digest) return false;
  const actual = Buffer.from(digestOf(password, Number(cost), salt));
  return timingSafeEqual(actual, Buffer.from(digest));
};

/** The cost of a hash; `undefined` for a hash of unknown format. */
export const costOf = (hash: string): number | undefined => {
  const cost = format.exec(hash)?.[1];
  return cost === undefined ? undefined : Number(cost);
};

const decoySalt = 'ab'.repeat(11);

/** A hash that no password matches: for an unknown user name, comparing with it takes as long as for a real account. */
export const decoyHash = (cost: number): string => write(cost, decoySalt, '.'.repeat(31));

/** The costs that complete one comparison at cost `spent` to the work of one at `cost`: 2^c + 2^(c+1) + … + 2^(C−1) = 2^C − 2^c. */
const costsLeft = (spent: number | undefined, cost: number): number[] =>
  spent === undefined ? [cost] : Array.from({ length: Math.max(0, cost - spent) }, (_, step) => spent + step);

/** `verifyPassword` at no less than `cost`: an older, cheaper hash must not answer sooner than an unknown user name. */
export const compareAtCost = (password: string, hash: string, cost: number): boolean => {
  const fits = verifyPassword(password, hash);
  for (const left of costsLeft(costOf(hash), cost)) digestOf(password, left, decoySalt);
  return fits;
};
