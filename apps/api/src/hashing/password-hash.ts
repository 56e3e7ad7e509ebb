import * as argon2id from './argon2id.ts';
import * as bcryptSha256 from './bcrypt-sha256.ts';

/** What new hashes are. Old ones say themselves what they are, and are compared with whatever this is. */
export type HashKind = 'bcrypt' | 'argon2id';

/** `bcryptCost` is also the least that a comparison with a bcrypt hash costs, when new ones are of another kind. */
export type Making = { readonly kind: HashKind; readonly bcryptCost: number };

/** Hashes a password with a new salt. Slow by design: call it in a worker only. */
export const hashPassword = async (password: string, { kind, bcryptCost }: Making): Promise<string> =>
  kind === 'argon2id' ? argon2id.hashPassword(password) : bcryptSha256.hashPassword(password, bcryptCost);

/** Whether the password fits a hash of either kind. One of no known format fits nothing, and costs as much as bcrypt. */
export const comparePassword = async (password: string, hash: string, { bcryptCost }: Making): Promise<boolean> =>
  argon2id.isKnown(hash)
    ? argon2id.verifyPassword(password, hash)
    : bcryptSha256.compareAtCost(password, hash, bcryptCost);

/** Whether the hash would be made in another way today. */
export const isOutdated = (hash: string, { kind, bcryptCost }: Making): boolean =>
  kind === 'argon2id' ? !argon2id.isOfToday(hash) : bcryptSha256.costOf(hash) !== bcryptCost;
