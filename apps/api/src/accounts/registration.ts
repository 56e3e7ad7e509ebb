import type { Write } from '../database/database.ts';
import { problem } from '../problem.ts';
import type { Account, AccountStore } from './account-store.ts';
import { type NewProfile, newAccount } from './new-account.ts';

type Needs = {
  readonly accounts: AccountStore;
  readonly isRegistrationOpen: boolean;
  readonly isReservedUsername: (username: string) => boolean;
};

/** What every way to register has in common. */
export const createRegistration = ({ accounts, isRegistrationOpen, isReservedUsername }: Needs) => ({
  /** @throws Problem `registration_closed`, `username_taken` */
  requireAvailable(username: string): void {
    if (!isRegistrationOpen) throw problem('registration_closed');
    if (isReservedUsername(username)) throw problem('username_taken', { username, isReserved: true });
  },

  /** @throws Problem `username_taken` */
  async insert(write: Write, profile: NewProfile, now: Date): Promise<Account> {
    const account = await accounts.insert(write, newAccount(profile, now));
    if (!account) throw problem('username_taken', { username: profile.username, isReserved: false });
    return account;
  },
});

export type Registration = ReturnType<typeof createRegistration>;
