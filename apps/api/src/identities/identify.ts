import type { ResponseOf } from '@latchkey/contract/endpoint';
import type { identify as contract } from '@latchkey/contract/identities';
import type { Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import type { ProviderIdentity } from '../database/schema-identities.ts';
import { problem } from '../problem.ts';
import type { Attempt, AttemptStore } from './attempt-store.ts';
import type { FindOwner } from './find-owner.ts';
import { accountAt } from './identity-store.ts';
import type { AttemptSecrets } from './provider-client.ts';
import type { Providers } from './providers.ts';

type Needs = {
  readonly providers: Providers;
  readonly attempts: AttemptStore;
  readonly findOwner: FindOwner;
  readonly transaction: Database['transaction'];
  readonly clock: Clock;
};

/**
 * Exchanges the answer of a provider for the identity of the user, once. Asked again, as by a reload of the page, it answers from the
 * attempt.
 * @param query the query of the address that the provider sent the browser to
 * @param browser the secret of the cookie
 */
export const identify = ({ providers, attempts, findOwner, transaction, clock }: Needs) => {
  const exchange = async (name: string, query: string, secrets: AttemptSecrets): Promise<ProviderIdentity> => {
    const isFirst = await transaction((write) => attempts.use(write, secrets, clock()));
    if (!isFirst) throw problem('token_spent', { purpose: 'sign_in' });
    const identity = await providers.get(name).finish(query, secrets);
    await transaction((write) => attempts.setIdentity(write, secrets, identity, clock()));
    return identity;
  };

  const nextOf = async ({ isLink }: Attempt, identity: ProviderIdentity) => {
    if (isLink) return 'link';
    return (await findOwner(identity)) ? 'sign_in' : 'register';
  };

  return async (name: string, query: string, browser: string): Promise<ResponseOf<typeof contract>> => {
    const { label } = providers.get(name).provider;
    const secrets = { state: new URLSearchParams(query).get('state') ?? '', browser };
    const attempt = await attempts.find(secrets, clock());
    // Of another provider: an answer that was mixed up (RFC 9700 §4.4).
    if (attempt?.provider !== name) throw problem('token_spent', { purpose: 'sign_in' });
    const identity = attempt.identity ?? (await exchange(name, query, secrets));
    const { username, displayName, email } = identity;
    return {
      attempt: secrets.state,
      provider: { name, label },
      next: await nextOf(attempt, identity),
      profile: { account: accountAt(identity), username, displayName, email },
    };
  };
};
