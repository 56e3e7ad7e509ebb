import type { AccountStore } from '../accounts/account-store.ts';
import { Problem } from '../http/problem.ts';
import type { RateLimit } from '../http/rate-limit.ts';
import type { SessionWithUser } from '../sessions/session-store.ts';
import type { PasswordHasher } from './password-hasher.ts';

type Needs = { readonly accounts: AccountStore; readonly passwords: PasswordHasher; readonly rateLimit: RateLimit };

/** Asks a signed-in person for the password again; gives the hash that it fitted, for the statement that relies on it. */
export const confirmPassword =
  ({ accounts, passwords, rateLimit }: Needs) =>
  async ({ session, user }: SessionWithUser, password: string): Promise<string> => {
    // Each session has tries of its own: whoever got hold of one cannot spend the owner's.
    await rateLimit.spend('confirm a password', session.id);
    const account = await accounts.findById(user.id);
    const matches = await passwords.matches(password, account?.passwordHash);
    if (!account || !matches) throw new Problem('wrong_password', 'This is not your present password.');
    await rateLimit.restore('confirm a password', session.id);
    return account.passwordHash;
  };

export type ConfirmPassword = ReturnType<typeof confirmPassword>;
