import type { AccountStore } from '../accounts/account-store.ts';
import type { Clock } from '../clock.ts';
import type { Write } from '../database/database.ts';
import type { PasswordStore } from '../hashing/password-store.ts';
import type { IdentityStore } from '../identities/identity-store.ts';
import type { Session, SessionStore } from '../sessions/session-store.ts';
import type { VerificationStore } from '../verifications/verification-store.ts';

type Needs = {
  readonly accounts: AccountStore;
  readonly passwords: PasswordStore;
  readonly identities: IdentityStore;
  readonly sessions: SessionStore;
  readonly verifications: VerificationStore;
  readonly clock: Clock;
};

/**
 * Sets a password for somebody who could not give the old one, by mail or by the operator. Ends everything that a stranger may have
 * begun: every session, API token, connected identity and pending change. The caller holds the account's lock.
 * @returns the sessions and API tokens that ended
 */
export const replaceLostPassword =
  ({ accounts, passwords, identities, sessions, verifications, clock }: Needs) =>
  async (write: Write, userId: string, hash: string): Promise<Session[]> => {
    const now = clock();
    await passwords.set(write, { userId, hash, updatedAt: now });
    await identities.removeAll(write, userId);
    await accounts.setPendingEmail(write, userId, null, now);
    await verifications.end(write, userId, ['reset_password'], now);
    return sessions.endAll(write, userId, 'password_changed');
  };

export type ReplaceLostPassword = ReturnType<typeof replaceLostPassword>;
