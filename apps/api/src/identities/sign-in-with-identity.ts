import type { AccountStore } from '../accounts/account-store.ts';
import type { RequireOpen } from '../accounts/closed-account.ts';
import type { Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import type { RecordEvent } from '../events/record.ts';
import { type Problem, problem } from '../problem.ts';
import type { CompleteSignIn } from '../sessions/complete-sign-in.ts';
import type { DeviceTokens } from '../sessions/device-token.ts';
import type { IssuedTokens, IssueTokens } from '../sessions/issue-tokens.ts';
import type { Origin } from '../sessions/log-in.ts';
import type { AttemptStore } from './attempt-store.ts';
import { type FindOwner, hasTrustedAddress } from './find-owner.ts';
import type { IdentityStore } from './identity-store.ts';
import type { AttemptSecrets } from './provider-client.ts';
import type { Providers } from './providers.ts';

type Needs = {
  readonly providers: Providers;
  readonly attempts: AttemptStore;
  readonly identities: IdentityStore;
  readonly findOwner: FindOwner;
  readonly accounts: AccountStore;
  readonly deviceTokens: DeviceTokens;
  readonly completeSignIn: CompleteSignIn;
  readonly issueTokens: IssueTokens;
  readonly record: RecordEvent;
  readonly requireOpen: RequireOpen;
  readonly transaction: Database['transaction'];
  readonly clock: Clock;
};

const spent = (): Problem => problem('token_spent', { purpose: 'sign_in' });

/** Signs in the owner of the identity of an attempt. */
export const signInWithIdentity = (needs: Needs) => {
  const { providers, attempts, identities, findOwner, accounts } = needs;
  const { deviceTokens, completeSignIn, issueTokens, record, requireOpen, transaction, clock } = needs;
  return async (secrets: AttemptSecrets, reopen: boolean, { client, deviceToken }: Origin): Promise<IssuedTokens> => {
    const attempt = await attempts.find(secrets, clock());
    const owner = attempt?.identity && (await findOwner(attempt.identity));
    if (!owner) throw spent();
    requireOpen(owner, reopen);
    const opened = await transaction(async (write) => {
      const now = clock();
      const reopened = reopen ? await accounts.reopen(write, owner.id, now) : undefined;
      const user = reopened ?? (await accounts.lockEnabled(write, owner.id));
      if (!user) throw problem('account_disabled');
      const consumed = await attempts.consume(write, secrets, now);
      if (!consumed) throw spent();
      const { provider, identity } = consumed;
      const isKnown = await identities.use(write, user.id, identity, now);
      // Under the lock: since `findOwner`, the identity may have been disconnected, or the address changed.
      if (!isKnown && !hasTrustedAddress(user, identity)) throw spent();
      const previousSessionId = deviceTokens.previousSession(deviceToken, user.id);
      const signIn = await completeSignIn(write, user, { methods: ['fed'], client, previousSessionId });
      const by = { userId: user.id, client };
      // Not before: half a sign-in must add no way in.
      if (signIn.status === 'incomplete') return signIn;
      if (!isKnown && !(await identities.insert(write, user.id, provider, identity, now))) throw spent();
      if (!isKnown) {
        await record(write, { ...by, kind: 'identity_linked', detail: { provider: providers.labelOf(provider) } });
      }
      if (reopened) await record(write, { ...by, kind: 'account_reopened' });
      return signIn;
    });
    if (opened.status === 'incomplete') throw opened.problem;
    return issueTokens(opened.session, opened.account, opened.session.createdAt);
  };
};
