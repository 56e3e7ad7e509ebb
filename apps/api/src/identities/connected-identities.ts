import type { Identity as ShownIdentity } from '@latchkey/contract/identities';
import type { Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import type { RecordEvent } from '../events/record.ts';
import type { PasswordStore } from '../hashing/password-store.ts';
import { problem } from '../problem.ts';
import type { Principal } from '../sessions/authenticate.ts';
import type { RecheckSession } from '../sessions/recheck-session.ts';
import type { AttemptStore } from './attempt-store.ts';
import type { Identity, IdentityStore } from './identity-store.ts';
import type { AttemptSecrets } from './provider-client.ts';
import type { Providers } from './providers.ts';

type ListNeeds = {
  readonly providers: Providers;
  readonly identities: IdentityStore;
  readonly passwords: PasswordStore;
};

const shown = (providers: Providers, { id, provider, account, createdAt, lastUsedAt }: Identity): ShownIdentity => ({
  id,
  provider: { name: provider, label: providers.labelOf(provider) },
  account,
  createdAt: createdAt.toISOString(),
  lastUsedAt: lastUsedAt.toISOString(),
});

/** How a user can sign in. */
export const listIdentities =
  ({ providers, identities, passwords }: ListNeeds) =>
  async ({ user }: Principal) => ({
    identities: (await identities.list(user.id)).map((identity) => shown(providers, identity)),
    hasPassword: (await passwords.findHash(user.id)) !== undefined,
  });

type ChangeNeeds = ListNeeds & {
  readonly recheckSession: RecheckSession;
  readonly record: RecordEvent;
  readonly transaction: Database['transaction'];
};

/** Connects the identity of an attempt to the account of the principal. */
export const linkIdentity =
  (needs: ChangeNeeds & { readonly attempts: AttemptStore; readonly clock: Clock }) =>
  async (principal: Principal, secrets: AttemptSecrets): Promise<ShownIdentity> => {
    const { providers, identities, attempts, recheckSession, record, transaction, clock } = needs;
    const { session, user, client } = principal;
    return transaction(async (write) => {
      await recheckSession(write, principal);
      const now = clock();
      const attempt = await attempts.consume(write, secrets, now);
      if (!attempt) throw problem('token_spent', { purpose: 'sign_in' });
      const provider = providers.labelOf(attempt.provider);
      const linked = await identities.insert(write, user.id, attempt.provider, attempt.identity, now);
      if (linked) {
        const event = { kind: 'identity_linked', detail: { provider } } as const;
        await record(write, { ...event, userId: user.id, sessionId: session.id, client });
        return shown(providers, linked);
      }
      const known = await identities.find(attempt.identity);
      if (known?.userId !== user.id) throw problem('identity_taken', { provider });
      return shown(providers, known);
    });
  };

/** Disconnects an identity, unless nothing else lets the user in. */
export const unlinkIdentity =
  ({ providers, identities, passwords, recheckSession, record, transaction }: ChangeNeeds) =>
  async (principal: Principal, id: string): Promise<void> => {
    const { session, user, client } = principal;
    await transaction(async (write) => {
      await recheckSession(write, principal);
      const removed = await identities.remove(write, user.id, id);
      if (!removed) throw problem('not_found', { thing: 'identity' });
      const others = await identities.listOthers(write, user.id, id);
      // One of a provider that the operator has removed lets nobody in.
      const hasOther = others.some(({ provider }) => providers.has(provider));
      if (!hasOther && !(await passwords.findHash(user.id, write))) throw problem('last_sign_in_method');
      const event = { kind: 'identity_unlinked', detail: { provider: providers.labelOf(removed.provider) } } as const;
      await record(write, { ...event, userId: user.id, sessionId: session.id, client });
    });
  };
