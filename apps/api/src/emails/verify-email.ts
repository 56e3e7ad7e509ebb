import { timingSafeEqual } from 'node:crypto';
import type { User } from '@latchkey/contract/user';
import type { Account, AccountStore } from '../accounts/account-store.ts';
import { toUser } from '../accounts/to-user.ts';
import type { ClientInfo } from '../client/client-info.ts';
import type { Clock } from '../clock.ts';
import type { Database, Write } from '../database/database.ts';
import { isUniqueViolation } from '../database/faults.ts';
import type { RecordEvent } from '../events/record.ts';
import { fold } from '../fold.ts';
import type { Outbox } from '../mail/outbox.ts';
import { type Problem, problem } from '../problem.ts';
import type { Principal } from '../sessions/authenticate.ts';
import type { PostUndo } from '../verifications/post-undo.ts';
import { maxWrongCodes, type Verification, type VerificationStore } from '../verifications/verification-store.ts';
import type { VerificationTokens } from '../verifications/verification-tokens.ts';

type Needs = {
  readonly accounts: AccountStore;
  readonly verifications: VerificationStore;
  readonly verificationTokens: VerificationTokens;
  readonly outbox: Outbox;
  readonly postUndo: PostUndo;
  readonly record: RecordEvent;
  readonly transaction: Database['transaction'];
  readonly clock: Clock;
};

const spent = (): Problem => problem('token_spent', { purpose: 'verification' });

/** The address that the account asks to verify. */
export const addressToVerify = ({ email, pendingEmail }: Pick<Account, 'email' | 'pendingEmail'>): string | null =>
  pendingEmail ?? email;

export const verifyEmail = (needs: Needs) => {
  const { accounts, verifications, verificationTokens, outbox, postUndo, record, transaction, clock } = needs;

  const verify = async (write: Write, account: Account, verification: Verification, client: ClientInfo) => {
    const { id: userId } = account;
    const now = clock();
    const consumed = await verifications.consume(write, verification.id, now);
    const isCurrent = fold(addressToVerify(account) ?? '') === fold(verification.email);
    if (!consumed || !isCurrent) return undefined;
    const verified = await accounts.verifyEmail(write, userId, verification.email, now);
    if (!verified) {
      // Another account verified it first. Its owner learns that from the mailbox only.
      await outbox.post(write, { kind: 'email_in_use', detail: {}, recipient: verification.email });
      return undefined;
    }
    const isOther = account.emailFolded !== verified.emailFolded;
    if (isOther) {
      // Who still reads the old address must not set a password with an older message.
      await verifications.end(write, userId, ['reset_password'], now);
      await postUndo(write, 'email_change', account, client);
    }
    await record(write, { userId, kind: isOther ? 'email_changed' : 'email_verified', client });
    return verified;
  };

  /** Of two accounts that verify one address at the same moment, the second finds it taken. */
  const verifyOnce = async (verification: Verification, client: ClientInfo): Promise<Account | undefined> => {
    const attempt = () =>
      transaction(async (write) => {
        const account = await accounts.lockEnabled(write, verification.userId);
        return account && verify(write, account, verification, client);
      });
    return attempt().catch((error) => {
      if (isUniqueViolation(error)) return attempt();
      throw error;
    });
  };

  const finish = async (verification: Verification, client: ClientInfo): Promise<User> => {
    const verified = await verifyOnce(verification, client);
    if (verified) return toUser(verified);
    // A second click, or a second device: it is done already.
    const account = await accounts.findById(verification.userId);
    if (account?.emailVerifiedAt && account.emailFolded === fold(verification.email)) return toUser(account);
    throw spent();
  };

  return {
    async byToken(token: string, client: ClientInfo): Promise<User> {
      const verification = await verifications.findByToken('verify_email', token);
      if (!verification) throw spent();
      return finish(verification, client);
    },

    /** Counts the code before it is compared; the account has ten for each message. */
    async byCode({ user, client }: Principal, code: string): Promise<User> {
      const verification = await transaction((write) => verifications.countCode(write, user.id, clock()));
      if (!verification) throw spent();
      const expected = verificationTokens.find(verification)?.code ?? '';
      const matches = expected.length === code.length && timingSafeEqual(Buffer.from(expected), Buffer.from(code));
      if (matches) return finish(verification, client);
      throw problem('wrong_code', { isLast: verification.wrongCodes >= maxWrongCodes });
    },
  };
};
