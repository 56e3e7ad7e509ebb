import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { foreignScheme, verifyForeign } from './foreign-hash.ts';
import { comparePassword } from './password-hash.ts';

type Vector = {
  readonly scheme: string;
  readonly source: string;
  readonly password: string | null;
  readonly hash: string;
  readonly alsoAccepts?: string;
};

/** Hashes that the named programs made. */
const { vectors }: { vectors: readonly Vector[] } = JSON.parse(
  readFileSync(new URL('../../testing/password-hashes.json', import.meta.url), 'utf8'),
);

/** Weak, or not in Node's crypto: these are refused by name at the import. */
const refused = new Set([
  ...['sha512-crypt', 'sha256-crypt', 'md5-crypt', 'ldap-salted-sha1', 'werkzeug-sha256', 'werkzeug-plain'],
  ...['django-md5', 'django-sha1', 'django-unusable', 'apr1'],
]);
const options = { kind: 'bcrypt', bcryptCost: 4 } as const;
/** These are bcrypt by their looks. The import marks them. */
const marked = ({ scheme, hash }: Vector): string => (scheme === 'flask-bcrypt-long' ? `bcrypt_sha256$${hash}` : hash);
const titled = vectors.map((vector, number) => [`${number}: ${vector.scheme} of ${vector.source}`, vector] as const);

it.each(titled.filter(([, { scheme }]) => !refused.has(scheme)))(
  '%s matches its password, and no other',
  async (_, vector) => {
    const { password, alsoAccepts } = vector;
    const hash = marked(vector);
    if (password === null) return expect.fail('no password matches this one');
    expect(await comparePassword(password, hash, options)).toBe(true);
    expect(await comparePassword(`${password}x`.slice(1), hash, options)).toBe(false);
    if (alsoAccepts) expect(await comparePassword(alsoAccepts, hash, options)).toBe(true);
  },
);

it.each(titled.filter(([, { scheme }]) => refused.has(scheme)))('%s matches nothing', async (_, { password, hash }) => {
  expect(foreignScheme(hash)).toBeUndefined();
  expect(await comparePassword(password ?? '', hash, options)).toBe(false);
});

it.each([
  '$pbkdf2-sha256$2000001$c2FsdA$aGFzaA',
  'pbkdf2:sha256:9999999$salt$00',
  'pbkdf2_sha256$0$salt$aGFzaA==',
  'scrypt:1048576:8:1$salt$00',
  'scrypt:32768:99:99$salt$00',
  'scrypt:32767:8:1$salt$00',
  '$scrypt$ln=40,r=8,p=1$c2FsdA$aGFzaA',
  `$2b$31$${'a'.repeat(53)}`,
  `$P$S12345678${'a'.repeat(22)}`,
  '$argon2id$v=19$m=9999999,t=3,p=4$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA',
  '$argon2id$v=19$m=1024,t=99,p=4$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA',
  '$firebase-scrypt$n=30,r=8,key=AA==,sep=Bw==$AA==$AA==',
  '',
  'plain text',
  '$pbkdf2-sha256$',
  'x'.repeat(5000),
])('%s is unreadable, or costs too much: it matches nothing, and throws nothing', async (hash) => {
  expect(foreignScheme(hash)).toBeUndefined();
  expect(await verifyForeign('seven purple kettles', hash)).toBe(false);
});
