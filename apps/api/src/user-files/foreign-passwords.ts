import { hasScheme } from '../hashing/password-hash.ts';
import type { RawUser } from './read-rows.ts';

/** https://firebase.google.com/docs/auth/admin/import-users#import_users_with_firebase_scrypt_hashed_passwords */
type FirebaseParameters = {
  readonly base64_signer_key: string;
  readonly base64_salt_separator: string;
  readonly rounds: number;
  readonly mem_cost: number;
};

export type HashOptions = {
  readonly firebase?: FirebaseParameters | undefined;
  /** `SECURITY_PASSWORD_SALT` of Flask-Security, which hashes an HMAC of the password. */
  readonly flaskSecuritySalt?: string | undefined;
  /** bcrypt hashes are of the hex SHA-256 (Flask-Bcrypt, `BCRYPT_HANDLE_LONG_PASSWORDS`). */
  readonly isBcryptOfSha256?: boolean | undefined;
  /** Takes a user whose hash is unknown without a password. */
  readonly skipsUnknownHashes?: boolean | undefined;
};

const names = [
  ...['password_hash', 'passwordHash', 'hashed_password', 'encrypted_password', 'pw_hash', 'user_pass'],
  ...['hash', 'password'],
];

const isRecord = (value: unknown): value is RawUser => typeof value === 'object' && value !== null;

const parse = (text: unknown): RawUser => {
  try {
    const value: unknown = typeof text === 'string' ? JSON.parse(text) : text;
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
};

const toPasslib = (base64: unknown): string =>
  String(base64 ?? '')
    .replaceAll('+', '.')
    .replaceAll('=', '');

/** Keycloak: `{credentials: [{type: 'password', secretData: '{"value", "salt"}', credentialData: '{"hashIterations", "algorithm"}'}]}`. */
const ofKeycloak = ({ credentials }: RawUser): string | undefined => {
  if (!Array.isArray(credentials)) return undefined;
  const password = credentials.filter(isRecord).find(({ type }) => type === 'password');
  if (!password) return undefined;
  const { value, salt } = parse(password.secretData);
  const { hashIterations, algorithm } = parse(password.credentialData);
  const scheme = { pbkdf2: 'pbkdf2', 'pbkdf2-sha256': 'pbkdf2-sha256', 'pbkdf2-sha512': 'pbkdf2-sha512' }[
    String(algorithm)
  ];
  // Not one of ours: it is refused by its name.
  if (!scheme) return `keycloak ${algorithm}`;
  return `$${scheme}$${hashIterations}$${toPasslib(salt)}$${toPasslib(value)}`;
};

/** Firebase: `{passwordHash, salt}` in base64url. */
const ofFirebase = ({ passwordHash, salt }: RawUser, firebase: FirebaseParameters): string | undefined => {
  if (typeof passwordHash !== 'string' || typeof salt !== 'string') return undefined;
  const standard = (text: string): string => text.replaceAll('-', '+').replaceAll('_', '/');
  const { mem_cost, rounds, base64_signer_key: key, base64_salt_separator: separator } = firebase;
  const parameters = `n=${mem_cost},r=${rounds},key=${key},sep=${separator}`;
  return `$firebase-scrypt$${parameters}$${standard(salt)}$${standard(passwordHash)}`;
};

/** Auth0: `{custom_password_hash: {hash: {value}}}`. */
const ofAuth0 = ({ custom_password_hash: custom }: RawUser): string | undefined => {
  const hash = isRecord(custom) && isRecord(custom.hash) ? custom.hash.value : undefined;
  return typeof hash === 'string' ? hash : undefined;
};

const plainHash = (raw: RawUser): string | undefined => {
  const value = names.map((name) => raw[name]).find((value) => typeof value === 'string' && value !== '');
  return typeof value === 'string' ? value : undefined;
};

/** What precedes the digest, which must not be printed. */
const kindOf = (hash: string): string =>
  /^(keycloak [\w-]{0,30}|[${]?[A-Za-z\d][\w-]{0,20})/.exec(hash)?.[0] ?? 'unknown';

/** The hash of a user's password in the form in which it is stored; or why it cannot be used. */
export const hashOf = (
  raw: RawUser,
  options: HashOptions,
): { readonly hash: string | undefined } | { readonly refusal: string } => {
  const { firebase, flaskSecuritySalt, isBcryptOfSha256, skipsUnknownHashes } = options;
  const found = ofKeycloak(raw) ?? (firebase && ofFirebase(raw, firebase)) ?? ofAuth0(raw) ?? plainHash(raw);
  // Django: a `!` means that there is no password.
  if (found === undefined || found.startsWith('!')) return { hash: undefined };
  const marked = isBcryptOfSha256 && found.startsWith('$2') ? `bcrypt_sha256$${found}` : found;
  const hash =
    flaskSecuritySalt === undefined
      ? marked
      : `hmac-sha512$${Buffer.from(flaskSecuritySalt).toString('base64')}$${marked}`;
  if (hasScheme(hash)) return { hash };
  if (skipsUnknownHashes) return { hash: undefined };
  return { refusal: `Its password hash cannot be verified here: ${kindOf(found)}.` };
};
