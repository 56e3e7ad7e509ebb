import type { AccountStore } from '../accounts/account-store.ts';
import { fold } from '../accounts/fold.ts';
import type { Database } from '../database/database.ts';
import { Problem } from '../http/problem.ts';
import { networkOf, type RateLimit } from '../http/rate-limit.ts';
import type { PasswordHasher } from '../passwords/password-hasher.ts';
import type { Grant, GrantTokens } from './grant.ts';
import type { Device, OpenSession } from './open-session.ts';

type Needs = {
  readonly accounts: AccountStore;
  readonly passwords: PasswordHasher;
  readonly openSession: OpenSession;
  readonly grant: GrantTokens;
  readonly rateLimit: RateLimit;
  readonly transaction: Database['transaction'];
};

type Credentials = { readonly username: string; readonly password: string };

export const logIn = ({ accounts, passwords, openSession, grant, rateLimit, transaction }: Needs) => {
  const attempt = async (credentials: Credentials, device: Device): Promise<Grant> => {
    const { username, password } = credentials;
    const account = await accounts.findByLogin(username);
    // Compared even where there is nothing to compare with: an unknown name must not answer sooner.
    const matches = await passwords.matches(password, account?.passwordHash);
    if (!account || !matches) {
      // One answer for every reason, so that nobody learns which names exist.
      throw new Problem('invalid_credentials', 'The user name or the password is wrong.');
    }
    if (account.disabledAt) {
      throw new Problem('account_disabled', 'This account is disabled. Ask whoever runs this service.');
    }
    const checkedHash = account.passwordHash;
    const hash = passwords.isOutdated(checkedHash) ? await passwords.hash(password) : checkedHash;
    const opened = await transaction(async (write) => {
      // Written even where it stays the same: a password change, a disabling, a deletion or another role at this moment
      // either came first and is seen here, or waits for this session and ends it.
      const user = await accounts.replacePasswordHash(write, account.id, checkedHash, hash);
      return user && { user, session: await openSession(write, user, device) };
    });
    return opened ? grant(opened.session, opened.user) : attempt(credentials, device);
  };
  return async (credentials: Credentials, device: Device): Promise<Grant> => {
    const network = networkOf(device.address);
    const accountFromNetwork = `${fold(credentials.username)} ${network}`;
    await rateLimit.spend('log in, from an address', network);
    await rateLimit.spend('log in, to one account from an address', accountFromNetwork);
    const granted = await attempt(credentials, device);
    await rateLimit.restore('log in, from an address', network);
    await rateLimit.restore('log in, to one account from an address', accountFromNetwork);
    return granted;
  };
};
