import type * as contract from '@latchkey/contract/accounts';
import type { BodyOutput } from '@latchkey/contract/endpoint';
import type { ClientInfo } from '../client/client-info.ts';
import { networkOf } from '../client/network.ts';
import type { Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import type { PasswordHasher } from '../hashing/password-hasher.ts';
import type { PasswordStore } from '../hashing/password-store.ts';
import type { Outbox } from '../mail/outbox.ts';
import type { CompleteSignIn } from '../sessions/complete-sign-in.ts';
import type { IssuedTokens, IssueTokens } from '../sessions/issue-tokens.ts';
import type { Registration } from './registration.ts';

type Needs = {
  readonly registration: Registration;
  readonly hasher: PasswordHasher;
  readonly passwords: PasswordStore;
  readonly completeSignIn: CompleteSignIn;
  readonly issueTokens: IssueTokens;
  readonly transaction: Database['transaction'];
  readonly clock: Clock;
  readonly outbox: Outbox;
};

type Given = Omit<BodyOutput<typeof contract.register>, 'delivery'>;

export const register = (needs: Needs) => {
  const { registration, hasher, passwords, completeSignIn, issueTokens, outbox, transaction, clock } = needs;
  return async ({ password, ...profile }: Given, client: ClientInfo): Promise<IssuedTokens> => {
    registration.requireAvailable(profile.username);
    const hash = await hasher.hashNew('password', password, profile, networkOf(client.address));
    const opened = await transaction(async (write) => {
      const now = clock();
      const account = await registration.insert(write, profile, now);
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
