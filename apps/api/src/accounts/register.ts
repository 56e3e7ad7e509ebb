import type * as contract from '@latchkey/contract/accounts';
import type { BodyOutput } from '@latchkey/contract/endpoint';
import type { ClientInfo } from '../client/client-info.ts';
import { networkOf } from '../client/network.ts';
import type { Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import type { PasswordHasher } from '../hashing/password-hasher.ts';
import type { PasswordStore } from '../hashing/password-store.ts';
import type { Outbox } from '../mail/outbox.ts';
import { problem } from '../problem.ts';
import type { CompleteSignIn } from '../sessions/complete-sign-in.ts';
import type { IssuedTokens, IssueTokens } from '../sessions/issue-tokens.ts';
import type { AccountStore } from './account-store.ts';
import { newAccount } from './new-account.ts';

type Needs = {
  readonly accounts: AccountStore;
  readonly hasher: PasswordHasher;
  readonly passwords: PasswordStore;
  readonly completeSignIn: CompleteSignIn;
  readonly issueTokens: IssueTokens;
  readonly transaction: Database['transaction'];
  readonly clock: Clock;
  readonly outbox: Outbox;
  readonly isRegistrationOpen: boolean;
  readonly isReservedUsername: (username: string) => boolean;
};

type Registration = Omit<BodyOutput<typeof contract.register>, 'delivery'>;

export const register = (needs: Needs) => {
  const { accounts, hasher, passwords, completeSignIn, issueTokens, outbox, transaction, clock } = needs;
  return async ({ password, ...profile }: Registration, client: ClientInfo): Promise<IssuedTokens> => {
    const { username } = profile;
    if (!needs.isRegistrationOpen) throw problem('registration_closed');
    if (needs.isReservedUsername(username)) throw problem('username_taken', { username, isReserved: true });
    const hash = await hasher.hashNew('password', password, profile, networkOf(client.address));
    const opened = await transaction(async (write) => {
      const now = clock();
      const account = await accounts.insert(write, newAccount(profile, now));
      if (!account) throw problem('username_taken', { username, isReserved: false });
      await passwords.set(write, { userId: account.id, hash, updatedAt: now });
      const signedIn = await completeSignIn(write, account, { methods: ['pwd'], client, event: 'registered' });
      if (account.email && signedIn.status === 'complete') {
        await outbox.post(write, { kind: 'verification_requested', detail: { userId: account.id } });
      }
      return signedIn;
    });
    if (opened.status === 'incomplete') throw opened.problem;
    return issueTokens(opened.session, opened.account, opened.session.createdAt);
  };
};
