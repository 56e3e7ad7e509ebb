import { randomBytes, timingSafeEqual } from 'node:crypto';

/** As OWASP has it: 19 MiB (counted in KiB), gone over twice. */
const today = { m: 19_456, t: 2, p: 1 } as const;
/** What a stored hash may ask for at most: whoever writes to the database could otherwise take all memory. */
const most = { m: 65_536, t: 5, p: 4 } as const;

/**
 * The form that all implementations share: `$argon2id$v=19$m=<KiB>,t=<passes>,p=<lanes>$<salt, 16 bytes>$<digest, 32 bytes>`.
 * https://github.com/P-H-C/phc-string-format
 */
const format = /^\$argon2id\$v=19\$m=([1-9]\d{0,5}),t=([1-9]),p=([1-9])\$([A-Za-z\d+/]{22})\$([A-Za-z\d+/]{43})$/;

type Parameters = { readonly m: number; readonly t: number; readonly p: number };
type Parsed = Parameters & { readonly salt: string; readonly digest: string };

const base64 = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '');

const parse = (hash: string): Parsed | undefined => {
  const [, memory, passes, lanes, salt, digest] = format.exec(hash) ?? [];
  if (!salt || !digest) return undefined;
  const [m, t, p] = [Number(memory), Number(passes), Number(lanes)];
  const isSane = m >= 8 * p && m <= most.m && t <= most.t && p <= most.p;
  return isSane ? { m, t, p, salt, digest } : undefined;
};

const digestOf = async (password: string, salt: string, { m, t, p }: Parameters): Promise<string> => {
  // Not before it is needed: it would lie in the memory of every thread.
  const { hashRawSync } = await import('@node-rs/argon2');
  const options = { memoryCost: m, timeCost: t, parallelism: p, outputLen: 32, salt: Buffer.from(salt, 'base64') };
  // Synchronous on purpose: this runs in a worker, where nothing else waits.
  return base64(hashRawSync(password.normalize('NFKC'), options));
};

/** Hashes a password with a new salt. Slow by design: call it in a worker only. */
export const hashPassword = async (password: string): Promise<string> => {
  const salt = base64(randomBytes(16));
  return `$argon2id$v=19$m=${today.m},t=${today.t},p=${today.p}$${salt}$${await digestOf(password, salt, today)}`;
};

/** Compares in a time that does not depend on where the digests differ. False, too, for a hash of no known format. */
export const verifyPassword = async (password: string, hash: string): Promise<boolean> => {
  const parsed = parse(hash);
  if (!parsed) return false;
  return timingSafeEqual(Buffer.from(await digestOf(password, parsed.salt, parsed)), Buffer.from(parsed.digest));
};

/** Whether it is such a hash, whatever it was made with. */
export const isKnown = (hash: string): boolean => parse(hash) !== undefined;

/** Whether it is such a hash, made as it would be today. */
export const isOfToday = (hash: string): boolean => {
  const { m, t, p } = parse(hash) ?? {};
  return m === today.m && t === today.t && p === today.p;
};
