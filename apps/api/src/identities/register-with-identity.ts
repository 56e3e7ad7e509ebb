import type { BodyOutput } from '@latchkey/contract/endpoint';
import type { registerWithIdentity as contract } from '@latchkey/contract/identities';
import type { AccountStore } from '../accounts/account-store.ts';
import type { Registration } from '../accounts/registration.ts';
import type { ClientInfo } from '../client/client-info.ts';
import type { Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import { isUniqueViolation } from '../database/faults.ts';
import { fold } from '../fold.ts';
import type { Outbox } from '../mail/outbox.ts';
import { problem } from '../problem.ts';
import type { CompleteSignIn } from '../sessions/complete-sign-in.ts';
import type { IssuedTokens, IssueTokens } from '../sessions/issue-tokens.ts';
import type { AttemptStore } from './attempt-store.ts';
import type { IdentityStore } from './identity-store.ts';
import type { AttemptSecrets } from './provider-client.ts';
import type { Providers } from './providers.ts';

type Needs = {
  readonly providers: Providers;
  readonly attempts: AttemptStore;
  readonly identities: IdentityStore;
  readonly accounts: AccountStore;
  readonly registration: Registration;
  readonly completeSignIn: CompleteSignIn;
  readonly issueTokens: IssueTokens;
  readonly outbox: Outbox;
  readonly transaction: Database['transaction'];
  readonly clock: Clock;
};

type Profile = Omit<BodyOutput<typeof contract>, 'attempt' | 'delivery'>;

/** Creates an account without a password, whose user signs in with the identity of an attempt. */
export const registerWithIdentity = (needs: Needs) => {
  const { providers, attempts, identities, accounts, registration } = needs;
  const { completeSignIn, issueTokens, outbox, transaction, clock } = needs;
  return async (secrets: AttemptSecrets, profile: Profile, client: ClientInfo): Promise<IssuedTokens> => {
    registration.requireAvailable(profile.username);
    const create = transaction(async (write) => {
      const now = clock();
      const attempt = await attempts.consume(write, secrets, now);
      if (!attempt) throw problem('token_spent', { purpose: 'sign_in' });
      const { provider, identity } = attempt;
      const inserted = await registration.insert(write, profile, now);
      const isTrusted = identity.isEmailTrusted && fold(profile.email ?? '') === fold(identity.email ?? '');
      const verified =
        isTrusted && profile.email ? await accounts.verifyEmail(write, inserted.id, profile.email, now) : undefined;
      const account = verified ?? inserted;
      if (!(await identities.insert(write, account.id, provider, identity, now)))
        throw problem('identity_taken', { provider: providers.labelOf(provider) });
      const signedIn = await completeSignIn(write, account, { methods: ['fed'], client, event: 'registered' });
      if (account.email && !verified && signedIn.status === 'complete') {
        await outbox.post(write, { kind: 'verification_requested', detail: { userId: account.id } });
      }
      return signedIn;
    });
    // Another account verified the address at the same moment: this sign-in belongs there.
    const opened = await create.catch((error) => {
      throw isUniqueViolation(error) ? problem('token_spent', { purpose: 'sign_in' }) : error;
    });
    if (opened.status === 'incomplete') throw opened.problem;
    return issueTokens(opened.session, opened.account, opened.session.createdAt);
  };
};
