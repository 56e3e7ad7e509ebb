import type { Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import { type AttemptStore, newSecret } from './attempt-store.ts';
import type { Providers } from './providers.ts';

type Needs = {
  readonly providers: Providers;
  readonly attempts: AttemptStore;
  readonly transaction: Database['transaction'];
  readonly clock: Clock;
};

type Start = {
  readonly isLink?: boolean | undefined;
  readonly isAgain?: boolean | undefined;
};

/**
 * Begins to sign in with a provider.
 * @param browser the secret of the cookie
 * @returns where to send the browser
 */
export const startAttempt =
  ({ providers, attempts, transaction, clock }: Needs) =>
  async (provider: string, { isLink = false, isAgain = false }: Start, browser: string): Promise<string> => {
    const secrets = { state: newSecret(), browser };
    const location = await providers.get(provider).begin(secrets, isAgain);
    await transaction((write) => attempts.open(write, secrets, { provider, isLink }, clock()));
    return location;
  };
