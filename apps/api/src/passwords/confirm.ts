import { fieldErrorAt } from '@latchkey/contract/field-errors';
import { confirmedSeconds } from '@latchkey/contract/passwords';
import { networkOf } from '../client/network.ts';
import type { Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import type { RecordEvent } from '../events/record.ts';
import type { PasswordHasher } from '../hashing/password-hasher.ts';
import type { PasswordStore } from '../hashing/password-store.ts';
import type { GuessLimits, LimitKey } from '../limits/guess-limits.ts';
import { invalidRequest, problem } from '../problem.ts';
import type { Principal } from '../sessions/authenticate.ts';
import type { RecheckSession } from '../sessions/recheck-session.ts';

type Needs = {
  readonly passwords: PasswordStore;
  readonly hasher: PasswordHasher;
  readonly guessLimits: GuessLimits;
  readonly recheckSession: RecheckSession;
  readonly record: RecordEvent;
  readonly transaction: Database['transaction'];
  readonly clock: Clock;
};

/**
 * Checks the password of a signed-in user. A user without one must have signed in lately.
 * @param field the name of its field, for when it is missing
 * @returns the hash that it matches, for the statement that relies on it; undefined for an account without a password
 * @throws Problem `wrong_password`, `insufficient_user_authentication`, `invalid_request`
 */
export const confirmPassword =
  ({ passwords, hasher, guessLimits, recheckSession, record, transaction, clock }: Needs) =>
  async (principal: Principal, password: string | undefined, field = 'password'): Promise<string | undefined> => {
    const { id: sessionId, userId } = principal.session;
    const { client } = principal;
    if (password === undefined) {
      if (await passwords.findHash(userId)) throw invalidRequest([fieldErrorAt([field], { code: 'missing' })]);
      const seconds = clock().getTime() / 1000 - principal.claims.auth_time;
      if (seconds > confirmedSeconds) throw problem('insufficient_user_authentication');
      return undefined;
    }
    // Limited per session, so that an intruder in one cannot lock the owner out.
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
      // First: a session that has ended must not learn whether the password is right.
      await recheckSession(write, principal);
      await record(write, { userId, kind: 'password_not_confirmed', sessionId, client });
    });
    throw problem('wrong_password', { wasChanged: false });
  };

export type ConfirmPassword = ReturnType<typeof confirmPassword>;
