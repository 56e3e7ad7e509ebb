import { networkOf } from '../client/network.ts';
import type { Database } from '../database/database.ts';
import type { RecordEvent } from '../events/record.ts';
import type { PasswordHasher } from '../hashing/password-hasher.ts';
import type { PasswordStore } from '../hashing/password-store.ts';
import type { GuessLimits, LimitKey } from '../limits/guess-limits.ts';
import { Problem } from '../problem.ts';
import type { Principal } from '../sessions/authenticate.ts';
import type { RecheckSession } from '../sessions/recheck-session.ts';

type Needs = {
  readonly passwords: PasswordStore;
  readonly hasher: PasswordHasher;
  readonly guessLimits: GuessLimits;
  readonly recheckSession: RecheckSession;
  readonly record: RecordEvent;
  readonly transaction: Database['transaction'];
};

/** Asks a signed-in person for the password again; gives the hash that it fitted, for the statement that relies on it. */
export const confirmPassword =
  ({ passwords, hasher, guessLimits, recheckSession, record, transaction }: Needs) =>
  async (actor: Principal, password: string): Promise<string> => {
    const { id: sessionId, userId } = actor.session;
    const { client } = actor;
    // Each session has tries of its own: whoever got hold of one cannot spend the owner's.
    const limitKeys: LimitKey[] = [['password:session', sessionId]];
    await transaction((write) => guessLimits.consume(write, limitKeys));
    const hash = await passwords.findHash(userId);
    const matches = await hasher.matches(password, hash, networkOf(client.address)).catch(async (refusal) => {
      await transaction((write) => guessLimits.refund(write, limitKeys));
      throw refusal;
    });
    if (hash !== undefined && matches) {
      await transaction((write) => guessLimits.reset(write, limitKeys));
      return hash;
    }
    await transaction(async (write) => {
      // First: a session that has ended is not told whether the password was right.
      await recheckSession(write, actor);
      await record(write, { userId, kind: 'password_not_confirmed', sessionId, client });
    });
    throw new Problem('wrong_password', 'The current password is wrong.');
  };

export type ConfirmPassword = ReturnType<typeof confirmPassword>;
