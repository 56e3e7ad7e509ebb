import { createCipheriv, createHash, createHmac, pbkdf2Sync, scryptSync, timingSafeEqual } from 'node:crypto';
import bcrypt from 'bcryptjs';

/** Whether a password matches; its cost is within the limits. */
type Verify = (password: string) => boolean | Promise<boolean>;

type Scheme = {
  readonly name: string;
  readonly format: RegExp;
  /** @returns undefined if the hash asks for more than the limits, or is malformed */
  readonly read: (...parts: readonly string[]) => Verify | undefined;
};

/** What a stored hash may ask for: about two seconds of a core, and 128 MiB. Otherwise one row could stop all sign-ins. */
const max = {
  pbkdf2Rounds: 2_000_000,
  scryptBytes: 128 * 1024 * 1024,
  scryptLanes: 16,
  phpassLog2: 19,
  argon2Kib: 131_072,
};

const isEqual = (one: Buffer, other: Buffer): boolean => one.length === other.length && timingSafeEqual(one, other);

/** passlib's base64: `.` for `+`, without padding. */
const fromPasslib = (text: string): Buffer => Buffer.from(text.replaceAll('.', '+'), 'base64');
const fromBase64 = (text: string): Buffer => Buffer.from(text, 'base64');
const fromHex = (text: string): Buffer => Buffer.from(text, 'hex');

const pbkdf2 = (digest: string, rounds: string, salt: Buffer, expected: Buffer): Verify | undefined => {
  const count = Number(rounds);
  if (count < 1 || count > max.pbkdf2Rounds || expected.length === 0) return undefined;
  return (password) => isEqual(pbkdf2Sync(password, salt, count, expected.length, digest), expected);
};

type ScryptCost = { readonly n: number; readonly r: number; readonly p: number };

const scrypt = ({ n, r, p }: ScryptCost, salt: Buffer, expected: Buffer): Verify | undefined => {
  const isPowerOfTwo = Number.isInteger(Math.log2(n));
  const bytes = 128 * n * r;
  if (n < 2 || r < 1 || p < 1 || !isPowerOfTwo || bytes > max.scryptBytes || p > max.scryptLanes) return undefined;
  if (expected.length === 0) return undefined;
  // Node's default is exactly what N=32768 and r=8 need, and throws for them.
  const options = { N: n, r, p, maxmem: 2 * max.scryptBytes };
  return (password) => isEqual(scryptSync(password, salt, expected.length, options), expected);
};

/** `2a`, `2b` and `2y` are the same for text in UTF-8. bcrypt reads 72 bytes. */
const bcryptOf =
  (cost: string, rest: string, prepare: (password: string) => string = (password) => password): Verify =>
  (password) =>
    bcrypt.compareSync(prepare(password), `$2b$${cost}$${rest}`);

const sha256 = (text: string, encoding: 'hex' | 'base64'): string => createHash('sha256').update(text).digest(encoding);

const phpassAlphabet = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Little-endian, six bits to a letter. */
const phpassEncode = (bytes: Buffer): string => {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const group = (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16);
    const letters = Math.min(4, Math.ceil(((bytes.length - at) * 8) / 6));
    for (let letter = 0; letter < letters; letter++) text += phpassAlphabet[(group >> (6 * letter)) & 63];
  }
  return text;
};

const phpass = (cost: string, salt: string, expected: string): Verify | undefined => {
  const log2 = phpassAlphabet.indexOf(cost);
  if (log2 < 7 || log2 > max.phpassLog2) return undefined;
  return (password) => {
    const bytes = Buffer.from(password);
    let hash = createHash('md5').update(salt).update(bytes).digest();
    for (let round = 0; round < 2 ** log2; round++) hash = createHash('md5').update(hash).update(bytes).digest();
    return isEqual(Buffer.from(phpassEncode(hash)), Buffer.from(expected));
  };
};

const argon2 = (hash: string, memory: string, passes: string, lanes: string): Verify | undefined => {
  if (Number(memory) > max.argon2Kib || Number(passes) > 10 || Number(lanes) > 16) return undefined;
  // Loaded on demand, because every thread would hold it in memory.
  return async (password) => (await import('@node-rs/argon2')).verifySync(hash, password);
};

/** https://github.com/firebase/scrypt: the key of scrypt encrypts the signer key of the project. */
const firebase = (log2: string, r: string, key: string, separator: string, salt: string, expected: string) => {
  const n = 2 ** Number(log2);
  if (128 * n * Number(r) > max.scryptBytes) return undefined;
  return (password: string): boolean => {
    const options = { N: n, r: Number(r), p: 1, maxmem: 2 * max.scryptBytes };
    const derived = scryptSync(password, Buffer.concat([fromBase64(salt), fromBase64(separator)]), 32, options);
    const cipher = createCipheriv('aes-256-ctr', derived, Buffer.alloc(16));
    return isEqual(Buffer.concat([cipher.update(fromBase64(key)), cipher.final()]), fromBase64(expected));
  };
};

const bcryptRest = '(0[4-9]|1[0-5])\\$([./A-Za-z0-9]{53})$';
const argon2Rest =
  '(argon2(?:id|i|d)\\$v=19\\$m=([1-9]\\d{0,6}),t=(\\d{1,2}),p=(\\d{1,2})\\$[A-Za-z\\d+/]{11,86}\\$[A-Za-z\\d+/]{16,86})$';

/** The formats of other systems. Ours come first (password-hash.ts). */
const schemes: readonly Scheme[] = [
  {
    name: 'PBKDF2 (passlib)',
    format: /^\$pbkdf2(?:-(sha256|sha512))?\$([1-9]\d{0,6})\$([./A-Za-z\d]{0,200})\$([./A-Za-z\d]{1,200})$/,
    read: (digest = '', rounds = '', salt = '', expected = '') =>
      pbkdf2(digest || 'sha1', rounds, fromPasslib(salt), fromPasslib(expected)),
  },
  {
    name: 'PBKDF2 (Werkzeug)',
    format: /^pbkdf2:(sha1|sha256|sha512):([1-9]\d{0,6})\$([^$]{1,200})\$([\da-f]{1,200})$/,
    read: (digest = '', rounds = '', salt = '', expected = '') =>
      pbkdf2(digest, rounds, Buffer.from(salt), fromHex(expected)),
  },
  {
    name: 'PBKDF2 (Django)',
    format: /^pbkdf2_(sha1|sha256)\$([1-9]\d{0,6})\$([^$]{1,200})\$([A-Za-z\d+/=]{1,200})$/,
    read: (digest = '', rounds = '', salt = '', expected = '') =>
      pbkdf2(digest, rounds, Buffer.from(salt), fromBase64(expected)),
  },
  {
    name: 'scrypt (Werkzeug)',
    format: /^scrypt:(\d{1,7}):(\d{1,2}):(\d{1,2})\$([^$]{1,200})\$([\da-f]{1,200})$/,
    read: (n = '', r = '', p = '', salt = '', expected = '') =>
      scrypt({ n: Number(n), r: Number(r), p: Number(p) }, Buffer.from(salt), fromHex(expected)),
  },
  {
    name: 'scrypt (Django)',
    format: /^scrypt\$(\d{1,7})\$([^$]{1,200})\$(\d{1,2})\$(\d{1,2})\$([A-Za-z\d+/=]{1,200})$/,
    read: (n = '', salt = '', r = '', p = '', expected = '') =>
      scrypt({ n: Number(n), r: Number(r), p: Number(p) }, Buffer.from(salt), fromBase64(expected)),
  },
  {
    name: 'scrypt (passlib)',
    format: /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z\d+/]{1,200})\$([A-Za-z\d+/]{1,200})$/,
    read: (log2 = '', r = '', p = '', salt = '', expected = '') =>
      scrypt({ n: 2 ** Number(log2), r: Number(r), p: Number(p) }, fromBase64(salt), fromBase64(expected)),
  },
  {
    name: 'scrypt (better-auth)',
    format: /^([\da-f]{32}):([\da-f]{128})$/,
    read: (salt = '', expected = '') => {
      const verify = scrypt({ n: 16_384, r: 16, p: 1 }, Buffer.from(salt), fromHex(expected));
      return verify && ((password) => verify(password.normalize('NFKC')));
    },
  },
  {
    name: 'scrypt (Firebase)',
    format:
      /^\$firebase-scrypt\$n=(\d{1,2}),r=(\d{1,2}),key=([A-Za-z\d+/=]{1,200}),sep=([A-Za-z\d+/=]{1,20})\$([A-Za-z\d+/=]{1,100})\$([A-Za-z\d+/=]{1,200})$/,
    read: (log2 = '', r = '', key = '', separator = '', salt = '', expected = '') =>
      firebase(log2, r, key, separator, salt, expected),
  },
  {
    name: 'bcrypt',
    format: new RegExp(`^(?:bcrypt\\$)?\\$2[aby]\\$${bcryptRest}`),
    read: (cost = '', rest = '') => bcryptOf(cost, rest),
  },
  {
    name: 'bcrypt of SHA-256 (Django)',
    format: new RegExp(`^bcrypt_sha256\\$\\$2[aby]\\$${bcryptRest}`),
    read: (cost = '', rest = '') => bcryptOf(cost, rest, (password) => sha256(password, 'hex')),
  },
  {
    name: 'bcrypt of SHA-256 (passlib, version 1)',
    format: /^\$bcrypt-sha256\$2[ab],(\d{1,2})\$([./A-Za-z\d]{22})\$([./A-Za-z\d]{31})$/,
    read: (cost = '', salt = '', digest = '') =>
      Number(cost) >= 4 && Number(cost) <= 15
        ? bcryptOf(cost.padStart(2, '0'), salt + digest, (password) => sha256(password, 'base64'))
        : undefined,
  },
  {
    name: 'bcrypt of SHA-384 (WordPress)',
    format: new RegExp(`^\\$wp\\$2y\\$${bcryptRest}`),
    read: (cost = '', rest = '') =>
      bcryptOf(cost, rest, (password) => createHmac('sha384', 'wp-sha384').update(password.trim()).digest('base64')),
  },
  {
    name: 'phpass',
    format: /^\$[PH]\$([./A-Za-z\d])([./A-Za-z\d]{8})([./A-Za-z\d]{22})$/,
    read: (cost = '', salt = '', expected = '') => phpass(cost, salt, expected),
  },
  {
    name: 'Argon2',
    format: new RegExp(`^(?:argon2)?\\$${argon2Rest}`),
    read: (rest = '', memory = '', passes = '', lanes = '') => argon2(`$${rest}`, memory, passes, lanes),
  },
];

/** Flask-Security hashes an HMAC of the password: `hmac-sha512$<salt of the app in base64>$<hash>`. */
const hmac = /^hmac-sha512\$([A-Za-z\d+/=]{4,400})\$/;

const find = (hash: string): { readonly name: string; readonly verify: Verify | undefined } | undefined => {
  const [prefix = '', salt = ''] = hmac.exec(hash) ?? [];
  if (prefix !== '') {
    const inner = hash.startsWith('hmac-sha512$', prefix.length) ? undefined : find(hash.slice(prefix.length));
    const { verify } = inner ?? {};
    const mac = (password: string): string => createHmac('sha512', fromBase64(salt)).update(password).digest('base64');
    return (
      inner && {
        name: `${inner.name} of HMAC (Flask-Security)`,
        verify: verify && ((password) => verify(mac(password))),
      }
    );
  }
  for (const { name, format, read } of schemes) {
    const parts = hash.length <= 1500 ? format.exec(hash)?.slice(1) : undefined;
    if (parts) return { name, verify: read(...parts) };
  }
  return undefined;
};

/** The name of the scheme of a hash that another system made; undefined if it is unknown, or costs too much. */
export const foreignScheme = (hash: string): string | undefined => {
  const found = find(hash);
  return found?.verify && found.name;
};

/**
 * Whether the password, as it was typed, matches a hash that another system made. `false`, too, for one that cannot be read. Slow by
 * design: call it in a worker only.
 */
export const verifyForeign = async (password: string, hash: string): Promise<boolean> => {
  const verify = find(hash)?.verify;
  try {
    return verify !== undefined && (await verify(password));
  } catch {
    // Such as a salt that is too short for Argon2.
    return false;
  }
};
