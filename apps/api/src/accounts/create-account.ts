import type { Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import type { RecordEvent } from '../events/record.ts';
import type { PasswordHasher } from '../hashing/password-hasher.ts';
import type { PasswordStore } from '../hashing/password-store.ts';
import { Problem } from '../problem.ts';
import type { Account, AccountStore } from './account-store.ts';
import { generatePassword } from './generated-password.ts';
import { newAccount } from './new-account.ts';

type Needs = {
  readonly accounts: AccountStore;
  readonly hasher: PasswordHasher;
  readonly passwords: PasswordStore;
  readonly record: RecordEvent;
  readonly transaction: Database['transaction'];
  readonly clock: Clock;
};

/**
 * Creates an account on behalf of the operator, who may choose a reserved user name.
 * @returns the account's password, which is stored nowhere
 * @throws Problem `username_taken`
 */
export const createAccount =
  ({ accounts, hasher, passwords, record, transaction, clock }: Needs) =>
  async (given: Pick<Account, 'username' | 'role'>): Promise<string> => {
    const password = generatePassword();
    const hash = await hasher.hash(password, 'operator');
    await transaction(async (write) => {
      const now = clock();
      const account = await accounts.insert(write, newAccount(given, now));
      if (!account) throw new Problem('username_taken', `The user name ${given.username} is taken.`);
      await passwords.set(write, { userId: account.id, hash, updatedAt: now });
      await record(write, { userId: account.id, kind: 'registered', actor: 'operator' });
    });
    return password;
  };
