import { randomBytes, timingSafeEqual } from 'node:crypto';

/** OWASP's recommendation: 19 MiB of memory (in KiB), two passes. */
const current = { m: 19_456, t: 2, p: 1 } as const;
/** The maximum that a stored hash may ask for; otherwise write access to the database could exhaust the memory. */
const max = { m: 65_536, t: 5, p: 4 } as const;

/**
 * The format of all implementations: `$argon2id$v=19$m=<KiB>,t=<passes>,p=<lanes>$<salt, 16 bytes>$<digest, 32 bytes>`.
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
  const isSane = m >= 8 * p && m <= max.m && t <= max.t && p <= max.p;
  return isSane ? { m, t, p, salt, digest } : undefined;
};

const digestOf = async (password: string, salt: string, { m, t, p }: Parameters): Promise<string> => {
  // Loaded on demand, because every thread would hold it in memory.
  const { hashRawSync } = await import('@node-rs/argon2');
  const options = { memoryCost: m, timeCost: t, parallelism: p, outputLen: 32, salt: Buffer.from(salt, 'base64') };
  // Synchronous on purpose: in a worker nothing else waits.
  return base64(hashRawSync(password.normalize('NFKC'), options));
};

/** Hashes a password with a new salt. Slow by design: call it in a worker only. */
export const hashPassword = async (password: string): Promise<string> => {
  const salt = base64(randomBytes(16));
  return `$argon2id$v=19$m=${current.m},t=${current.t},p=${current.p}$${salt}$${await digestOf(password, salt, current)}`;
};

/** Compares in constant time. `false`, too, for a hash of unknown format. */
export const verifyPassword = async (password: string, hash: string): Promise<boolean> => {
  const parsed = parse(hash);
  if (!parsed) return false;
  return timingSafeEqual(Buffer.from(await digestOf(password, parsed.salt, parsed)), Buffer.from(parsed.digest));
};

/** Whether it is an Argon2id hash, with any parameters. */
export const isKnown = (hash: string): boolean => parse(hash) !== undefined;

/** Whether it is an Argon2id hash with the current parameters. */
export const isCurrent = (hash: string): boolean => {
  const { m, t, p } = parse(hash) ?? {};
  return m === current.m && t === current.t && p === current.p;
};
