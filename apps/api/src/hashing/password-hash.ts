import * as argon2id from './argon2id.ts';
import * as bcryptSha256 from './bcrypt-sha256.ts';

/** The kind of new hashes. Stored hashes name their own kind. */
export type HashKind = 'bcrypt' | 'argon2id';

/** `bcryptCost` is also the minimum cost of a comparison with a bcrypt hash, even if new hashes are of another kind. */
export type HashOptions = { readonly kind: HashKind; readonly bcryptCost: number };

/** Hashes a password with a new salt. Slow by design: call it in a worker only. */
export const hashPassword = async (password: string, { kind, bcryptCost }: HashOptions): Promise<string> =>
  kind === 'argon2id' ? argon2id.hashPassword(password) : bcryptSha256.hashPassword(password, bcryptCost);

/** Whether the password matches a hash of either kind. A hash of unknown format matches nothing and costs as much as bcrypt. */
export const comparePassword = async (password: string, hash: string, { bcryptCost }: HashOptions): Promise<boolean> =>
  argon2id.isKnown(hash)
    ? argon2id.verifyPassword(password, hash)
    : bcryptSha256.compareAtCost(password, hash, bcryptCost);

/** Whether the kind or the cost of the hash is not the current one. */
export const isOutdated = (hash: string, { kind, bcryptCost }: HashOptions): boolean =>
  kind === 'argon2id' ? !argon2id.isCurrent(hash) : bcryptSha256.costOf(hash) !== bcryptCost;
