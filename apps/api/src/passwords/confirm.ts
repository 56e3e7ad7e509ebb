import type { AccountStore } from '../accounts/account-store.ts';
import { Problem } from '../http/problem.ts';
import type { RateLimit } from '../http/rate-limit.ts';
import type { PasswordHasher } from './password-hasher.ts';

type Needs = { readonly accounts: AccountStore; readonly passwords: PasswordHasher; readonly rateLimit: RateLimit };

/** Asks a signed-in person for the password again; gives the hash that it fitted, for the statement that relies on it. */
export const confirmPassword =
  ({ accounts, passwords, rateLimit }: Needs) =>
  async (userId: string, password: string): Promise<string> => {
    await rateLimit.spend('confirm a password', userId);
    const account = await accounts.findById(userId);
    const matches = await passwords.matches(password, account?.passwordHash);
    if (!account || !matches) throw new Problem('wrong_password', 'This is not your present password.');
    await rateLimit.restore('confirm a password', userId);
    return account.passwordHash;
  };

export type ConfirmPassword = ReturnType<typeof confirmPassword>;
