import type { BodyOutput } from '@latchkey/contract/endpoint';
import type * as contract from '@latchkey/contract/sessions';
import type { Account, AccountStore } from '../accounts/account-store.ts';
import type { RequireOpen } from '../accounts/closed-account.ts';
import type { ClientInfo } from '../client/client-info.ts';
import { networkOf } from '../client/network.ts';
import type { Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import type { RecordEvent } from '../events/record.ts';
import { fold } from '../fold.ts';
import type { PasswordHasher } from '../hashing/password-hasher.ts';
import type { PasswordStore } from '../hashing/password-store.ts';
import type { GuessLimits, LimitKey } from '../limits/guess-limits.ts';
import { problem } from '../problem.ts';
import type { CompleteSignIn } from './complete-sign-in.ts';
import type { DeviceTokens } from './device-token.ts';
import type { IssuedTokens, IssueTokens } from './issue-tokens.ts';

type Needs = {
  readonly accounts: AccountStore;
  readonly hasher: PasswordHasher;
  readonly passwords: PasswordStore;
  readonly deviceTokens: DeviceTokens;
  readonly completeSignIn: CompleteSignIn;
  readonly issueTokens: IssueTokens;
  readonly guessLimits: GuessLimits;
  readonly record: RecordEvent;
  readonly requireOpen: RequireOpen;
  readonly transaction: Database['transaction'];
  readonly clock: Clock;
};

type Credentials = Omit<BodyOutput<typeof contract.logIn>, 'delivery'>;
/** The client that signs in. A browser that has signed in before also sends its device token. */
export type Origin = { readonly client: ClientInfo; readonly deviceToken: string | undefined };

export const logIn = (needs: Needs) => {
  const { accounts, hasher, passwords, deviceTokens, completeSignIn, issueTokens } = needs;
  const { guessLimits, record, requireOpen, transaction, clock } = needs;

  /** A known browser has limits of its own, so that guesses from elsewhere do not lock out the owner. */
  const limitKeysOf = (login: string, account: Account | undefined, origin: Origin): LimitKey[] => {
    const previousSessionId = deviceTokens.previousSession(origin.deviceToken, account?.id);
    if (account && previousSessionId !== undefined) {
      return [
        ['password:device', previousSessionId],
        ['password:account-devices', account.id],
      ];
    }
    const network = networkOf(origin.client.address);
    // With a prefix, so that an id typed as a name does not count for the account.
    const target = account ? account.id : `name ${fold(login)}`;
    return [
      ['sign-in:ip', network],
      ['password:account+ip', `${target} ${network}`],
      ['password:account', target],
    ];
  };

  /** Records the failure for the owner. An unknown name causes as many writes, so that both take the same time. */
  const recordFailure = (account: Account | undefined, client: ClientInfo): Promise<void> =>
    transaction(async (write) => {
      const exists = account && (await accounts.lockIfExists(write, account.id));
      if (exists) await record(write, { userId: account.id, kind: 'sign_in_failed', actor: 'system', client });
      else await guessLimits.recordDecoyFailure(write, networkOf(client.address));
    });

  const attempt = async (
    credentials: Credentials,
    account: Account | undefined,
    origin: Origin,
    limitKeys: readonly LimitKey[],
  ): Promise<IssuedTokens> => {
    const { username, password, endOthers = false, reopen = false } = credentials;
    const { client } = origin;
    const network = networkOf(client.address);
    const stored = await passwords.findForLogIn(username, account?.id);
    const matches = await hasher.matches(password, stored?.hash, network).catch(async (refusal) => {
      await transaction((write) => guessLimits.refund(write, limitKeys));
      throw refusal;
    });
    // A match with a decoy does not count.
    if (!account || stored?.userId !== account.id || !matches) {
      await recordFailure(account, client);
      // The same answer for every reason, so that it does not reveal which names exist.
      throw problem('invalid_credentials');
    }
    requireOpen(account, reopen);
    const checkedHash = stored.hash;
    const hash = hasher.isOutdated(checkedHash) ? await hasher.hash(password, network) : checkedHash;
    const opened = await transaction(async (write) => {
      // Locked first: a concurrent change of the account or its password either came first and is visible here, or waits and
      // then ends this session.
      const reopened = reopen ? await accounts.reopen(write, account.id, clock()) : undefined;
      const user = reopened ?? (await accounts.lockEnabled(write, account.id));
      if (!user || !(await passwords.replace(write, user.id, checkedHash, { hash }))) return undefined;
      const previousSessionId = deviceTokens.previousSession(origin.deviceToken, user.id);
      const signIn = await completeSignIn(write, user, { methods: ['pwd'], client, previousSessionId, endOthers });
      if (signIn.status === 'complete') await guessLimits.reset(write, limitKeys);
      if (reopened) await record(write, { userId: user.id, kind: 'account_reopened', client });
      return signIn;
    });
    if (!opened) return attempt(credentials, await accounts.findById(account.id), origin, limitKeys);
    if (opened.status === 'incomplete') throw opened.problem;
    return issueTokens(opened.session, opened.account, opened.session.createdAt);
  };

  return async (credentials: Credentials, origin: Origin): Promise<IssuedTokens> => {
    await hasher.requireRoom(networkOf(origin.client.address));
    const account = await accounts.findByLogin(credentials.username);
    const limitKeys = limitKeysOf(credentials.username, account, origin);
    await transaction((write) => guessLimits.consume(write, limitKeys));
    return attempt(credentials, account, origin, limitKeys);
  };
};
