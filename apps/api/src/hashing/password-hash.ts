import * as argon2id from './argon2id.ts';
import * as bcryptSha256 from './bcrypt-sha256.ts';
import { foreignScheme, verifyForeign } from './foreign-hash.ts';

/** The kind of new hashes. Stored hashes name their own kind. */
export type HashKind = 'bcrypt' | 'argon2id';

/** `bcryptCost` is also the minimum cost of a comparison with a bcrypt hash, even if new hashes are of another kind. */
export type HashOptions = { readonly kind: HashKind; readonly bcryptCost: number };

/** Hashes a password with a new salt. Slow by design: call it in a worker only. */
export const hashPassword = async (typed: string, { kind, bcryptCost }: HashOptions): Promise<string> => {
  const password = typed.normalize('NFKC');
  return kind === 'argon2id' ? argon2id.hashPassword(password) : bcryptSha256.hashPassword(password, bcryptCost);
};

const compare = async (password: string, hash: string, { bcryptCost }: HashOptions): Promise<boolean> => {
  if (argon2id.isKnown(hash)) return argon2id.verifyPassword(password, hash);
  if (foreignScheme(hash)) return verifyForeign(password, hash);
  return bcryptSha256.compareAtCost(password, hash, bcryptCost);
};

/**
 * Whether the password matches a hash, also one that another system made. Ours are of the password in NFKC, those of others mostly of
 * what was typed. A hash of unknown format matches nothing and costs as much as bcrypt.
 */
export const comparePassword = async (typed: string, hash: string, options: HashOptions): Promise<boolean> => {
  const password = typed.normalize('NFKC');
  return (await compare(password, hash, options)) || (typed !== password && compare(typed, hash, options));
};

/** Whether passwords can be compared with this hash. */
export const hasScheme = (hash: string): boolean =>
  argon2id.isKnown(hash) || bcryptSha256.costOf(hash) !== undefined || foreignScheme(hash) !== undefined;

/** Whether the kind or the cost of the hash is not the current one. */
export const isOutdated = (hash: string, { kind, bcryptCost }: HashOptions): boolean =>
  kind === 'argon2id' ? !argon2id.isCurrent(hash) : bcryptSha256.costOf(hash) !== bcryptCost;
