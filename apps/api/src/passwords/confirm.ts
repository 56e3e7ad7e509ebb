import type { AccountStore } from '../accounts/account-store.ts';
import type { RecordEvent } from '../activity/record.ts';
import type { Database } from '../database/database.ts';
import type { Budgets, Spending } from '../http/budgets.ts';
import type { Actor } from '../http/find-viewer.ts';
import { networkOf } from '../http/network.ts';
import { Problem } from '../http/problem.ts';
import type { RecheckSession } from '../sessions/recheck-session.ts';
import type { PasswordHasher } from './password-hasher.ts';

type Needs = {
  readonly accounts: AccountStore;
  readonly passwords: PasswordHasher;
  readonly budgets: Budgets;
  readonly recheckSession: RecheckSession;
  readonly record: RecordEvent;
  readonly transaction: Database['transaction'];
};

/** Asks a signed-in person for the password again; gives the hash that it fitted, for the statement that relies on it. */
export const confirmPassword =
  ({ accounts, passwords, budgets, recheckSession, record, transaction }: Needs) =>
  async (actor: Actor, password: string): Promise<string> => {
    const { id: sessionId, userId } = actor.session;
    const { device } = actor;
    // Each session has tries of its own: whoever got hold of one cannot spend the owner's.
    const spendings: Spending[] = [['guesses in a session', sessionId]];
    await transaction((write) => budgets.spend(write, spendings));
    const account = await accounts.findById(userId);
    const matches = await passwords
      .matches(password, account?.passwordHash, networkOf(device.address))
      .catch(async (refusal) => {
        await transaction((write) => budgets.takeBack(write, spendings));
        throw refusal;
      });
    if (account && matches) {
      await transaction((write) => budgets.giveBack(write, spendings));
      return account.passwordHash;
    }
    await transaction(async (write) => {
      // First: a session that has ended is not told whether the password was right.
      await recheckSession(write, actor);
      await record(write, { userId, kind: 'password_not_confirmed', sessionId, device });
    });
    throw new Problem('wrong_password', 'This is not your present password.');
  };

export type ConfirmPassword = ReturnType<typeof confirmPassword>;
