import { createPublicKey } from 'node:crypto';
import type { Registration } from '../accounts/registration.ts';
import type { Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import type { RecordEvent } from '../events/record.ts';
import { isUsableKey } from '../keys/jwt.ts';
import { OperatorError } from '../operator-error.ts';
import type { AccessTokens } from '../sessions/access-token.ts';
import { newAppId, newSecret, secretHashOf } from './app-secret.ts';
import type { App, AppStore } from './app-store.ts';
import { redirectUriFault } from './redirect-uri.ts';

type Needs = {
  readonly apps: AppStore;
  readonly registration: Registration;
  readonly record: RecordEvent;
  readonly accessTokens: AccessTokens;
  readonly transaction: Database['transaction'];
  readonly clock: Clock;
  readonly isProduction: boolean;
};

export type NewApp = Omit<
  App,
  'id' | 'createdAt' | 'audience' | 'backchannelLogoutUri' | 'publicKey' | 'serviceUserId' | 'isDevice'
> & {
  /** Default: the name. */
  readonly audience?: string | undefined;
  readonly backchannelLogoutUri?: string | undefined;
  /** In PEM. */
  readonly publicKey?: string | undefined;
  /** The user name of a new account that only this app can use. */
  readonly serviceAccount?: string | undefined;
  readonly isDevice?: boolean | undefined;
};

/** The public half of a key, also of a file with the private one. */
const publicKeyOf = (pem: string): string => {
  try {
    const key = createPublicKey(pem);
    if (isUsableKey(key)) return String(key.export({ type: 'spki', format: 'pem' }));
  } catch {
    // It is no key.
  }
  throw new OperatorError('The public key must be an RSA or P-256 key in PEM.');
};

/** The scopes that every app has; `offline_access` gives it a refresh token. */
export const standardScopes = ['openid', 'profile', 'email', 'offline_access'] as const;

/**
 * Registers an app on behalf of the operator.
 * @returns its client id, and for a confidential app the secret, which is stored nowhere
 */
export const addApp =
  ({ apps, registration, record, accessTokens, transaction, clock, isProduction }: Needs) =>
  async (given: NewApp): Promise<{ id: string; secret: string | undefined }> => {
    const { name, audience = name, redirectUris, postLogoutRedirectUris, isConfidential } = given;
    const { backchannelLogoutUri = null, serviceAccount, isDevice = false } = given;
    const publicKey = given.publicKey === undefined ? null : publicKeyOf(given.publicKey);
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
    const secret = isConfidential && publicKey === null ? newSecret() : undefined;
    const now = clock();
    await transaction(async (write) => {
      const account =
        serviceAccount === undefined
          ? undefined
          : await registration.insert(write, { username: serviceAccount, displayName: name }, now);
      const { isThirdParty, scopes } = given;
      const isNew = await apps.insert(write, {
        id,
        name,
        audience,
        redirectUris,
        postLogoutRedirectUris,
        backchannelLogoutUri,
        isConfidential,
        isThirdParty,
        scopes,
        publicKey,
        serviceUserId: account?.id ?? null,
        isDevice,
        createdAt: now,
      });
      if (!isNew) throw new OperatorError(`There is an app ${name} already; see pnpm apps list.`);
      if (account) await record(write, { userId: account.id, kind: 'registered', actor: 'operator' });
      if (secret) await apps.addSecret(write, id, secretHashOf(secret), now);
    });
    return { id, secret };
  };
