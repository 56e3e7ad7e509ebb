import type { Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import { OperatorError } from '../operator-error.ts';
import type { AccessTokens } from '../sessions/access-token.ts';
import { newAppId, newSecret, secretHashOf } from './app-secret.ts';
import type { App, AppStore } from './app-store.ts';
import { redirectUriFault } from './redirect-uri.ts';

type Needs = {
  readonly apps: AppStore;
  readonly accessTokens: AccessTokens;
  readonly transaction: Database['transaction'];
  readonly clock: Clock;
  readonly isProduction: boolean;
};

export type NewApp = Omit<App, 'id' | 'createdAt' | 'audience' | 'backchannelLogoutUri'> & {
  /** Default: the name. */
  readonly audience?: string | undefined;
  readonly backchannelLogoutUri?: string | undefined;
};

/** The scopes that every app has; `offline_access` gives it a refresh token. */
export const standardScopes = ['openid', 'profile', 'email', 'offline_access'] as const;

/**
 * Registers an app on behalf of the operator.
 * @returns its client id, and for a confidential app the secret, which is stored nowhere
 */
export const addApp =
  ({ apps, accessTokens, transaction, clock, isProduction }: Needs) =>
  async (given: NewApp): Promise<{ id: string; secret: string | undefined }> => {
    const { name, audience = name, redirectUris, postLogoutRedirectUris, isConfidential } = given;
    const { backchannelLogoutUri = null } = given;
    for (const uri of [...redirectUris, ...postLogoutRedirectUris]) {
      const fault = redirectUriFault(uri, isProduction);
      if (fault) throw new OperatorError(`The redirect URI ${uri} ${fault}.`);
    }
    if (backchannelLogoutUri !== null) {
      const isHttp = /^https?:/.test(backchannelLogoutUri);
      const fault = isHttp ? redirectUriFault(backchannelLogoutUri, isProduction) : 'is not an https URL';
      if (fault) throw new OperatorError(`The URI for back-channel logout ${backchannelLogoutUri} ${fault}.`);
    }
    if (accessTokens.isReserved(audience) || audience === accessTokens.audience)
      throw new OperatorError(`The audience ${audience} is reserved; choose another with --audience.`);
    const id = newAppId();
    const secret = isConfidential ? newSecret() : undefined;
    const now = clock();
    await transaction(async (write) => {
      const isNew = await apps.insert(write, { ...given, audience, backchannelLogoutUri, id, createdAt: now });
      if (!isNew) throw new OperatorError(`There is an app ${name} already; see pnpm apps list.`);
      if (secret) await apps.addSecret(write, id, secretHashOf(secret), now);
    });
    return { id, secret };
  };
