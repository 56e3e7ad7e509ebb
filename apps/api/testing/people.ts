import { randomUUID } from 'node:crypto';
import type { Account } from '../src/accounts/account-store.ts';
import { newAccount } from '../src/accounts/new-account.ts';
import type { Services } from '../src/services.ts';

/** The password of every test user, and its hash at the lowest cost, from passlib 1.7.4 (Debian, python3-passlib). */
export const password = 'correct horse battery';
export const passwordHash = '$bcrypt-sha256$v=2,t=2b,r=4$abcdefghijklmnopqrstuu$sdaH9o5Z84fpZ4acDZMFsWtiWArL1yu';

export const freshEmail = (): string => `ada-${randomUUID().slice(0, 8)}@example.com`;
export const freshName = (): string => `person-${randomUUID().slice(0, 13)}`;

type Needs = Pick<
  Services,
  'accounts' | 'passwords' | 'record' | 'transaction' | 'openSession' | 'accessTokens' | 'refreshTokens' | 'clock'
>;

/** Inserts users and sessions directly, to save the time of a hash. */
export const createPeople = (needs: Needs) => {
  const { accounts, passwords, record, transaction, openSession, accessTokens, refreshTokens, clock } = needs;

  /** Signs the user in once more. */
  const openSessionOf = async (userId: string) => {
    const user = await accounts.findById(userId);
    if (!user) throw new Error('no account has this id');
    const session = await transaction((write) => openSession(write, userId, { kind: 'sign_in', methods: ['pwd'] }));
    return {
      session,
      access_token: await accessTokens.sign({ user, session }, clock()),
      refresh_token: refreshTokens.sign(session),
    };
  };

  /** Creates a user with `password` and signs it in. */
  const person = async ({ hash = passwordHash, ...given }: Partial<Account> & { readonly hash?: string } = {}) => {
    const now = clock();
    const account = { ...newAccount({ username: freshName() }, now), ...given };
    await transaction(async (write) => {
      if (!(await accounts.insert(write, account))) throw new Error(`the user name ${account.username} is taken`);
      await passwords.set(write, { userId: account.id, hash, updatedAt: now });
      await record(write, { userId: account.id, kind: 'registered' });
    });
    return { id: account.id, username: account.username, ...(await openSessionOf(account.id)) };
  };

  return { person, openSessionOf };
};
