import { createAccountStore } from './accounts/account-store.ts';
import { createReservedUsernames } from './accounts/reserved-usernames.ts';
import { createEventStore } from './activity/event-store.ts';
import { recordEvent } from './activity/record.ts';
import { type Clock, type Sleep, systemSleep } from './clock.ts';
import { type Config, tokenSecondsOf } from './config.ts';
import type { Database } from './database/database.ts';
import { purgeExpired } from './database/purge-expired.ts';
import { createAttemptStore } from './http/attempt-store.ts';
import { createBudgets } from './http/budgets.ts';
import { createLocalLimit } from './http/local-limit.ts';
import { createRateLimit } from './http/rate-limit.ts';
import { confirmPassword } from './passwords/confirm.ts';
import { createPasswordHasher, type PasswordHasher } from './passwords/password-hasher.ts';
import { grantTokens } from './sessions/grant.ts';
import { openSession } from './sessions/open-session.ts';
import { recheckSession } from './sessions/recheck-session.ts';
import { createSessionCookie } from './sessions/session-cookie.ts';
import { createSessionStore } from './sessions/session-store.ts';
import { createAccessTokens } from './tokens/access-token.ts';
import { createDeviceTokens } from './tokens/device-token.ts';
import { createRefreshTokens } from './tokens/refresh-token.ts';
import { createRevocationFeed } from './tokens/revocation-feed.ts';
import { createRevocationStore } from './tokens/revocation-store.ts';
import { createSigningKeyStore } from './tokens/signing-key-store.ts';
import { createSigningKeys } from './tokens/signing-keys.ts';

const hasherOf = ({ passwordHash: kind, bcryptCost }: Config): PasswordHasher =>
  createPasswordHasher({ kind, bcryptCost });

/** A test replaces these to decide when a time is over and when a hash is computed. */
type Timing = { readonly sleep?: Sleep; readonly passwords?: PasswordHasher };

/**
 * Builds every store and every shared use case once, for the server, the commands, the tests and the benchmarks. A use case takes
 * the whole bag and declares the members that it needs.
 *
 * Nothing is read here: call `keys.reload()` before the first token is signed or verified. The caller keeps the
 * database; `passwords.close()` ends the hash threads, `revocationFeed.close()` the requests that wait.
 */
export const createServices = (
  config: Config,
  database: Database,
  clock: Clock,
  { sleep = systemSleep, passwords = hasherOf(config) }: Timing = {},
) => {
  const { publicUrl: issuer, appSecrets, clockToleranceSeconds, sessionSeconds, hasRateLimits: isOn } = config;
  const { transaction } = database;
  const tokenSeconds = tokenSecondsOf(config);
  const shared = {
    clock,
    sleep,
    transaction,
    issuer,
    appSecrets,
    clockToleranceSeconds,
    sessionSeconds,
    tokenSeconds,
    isOn,
  };

  const stores = {
    accounts: createAccountStore(database),
    sessions: createSessionStore(database, shared),
    attempts: createAttemptStore(database),
    events: createEventStore(database),
    revocations: createRevocationStore(database),
    signingKeys: createSigningKeyStore(database),
  };
  const { attempts } = stores;

  const keys = createSigningKeys({
    ...shared,
    store: stores.signingKeys,
    algorithm: config.jwtAlgorithm,
    jwtSecret: config.jwtSecret,
  });
  const tokens = {
    keys,
    accessTokens: createAccessTokens({
      ...shared,
      keys,
      audience: config.jwtAudience,
      lifeSeconds: config.accessTokenSeconds,
    }),
    refreshTokens: createRefreshTokens({ ...shared, idleSeconds: config.refreshTokenSeconds }),
    deviceTokens: createDeviceTokens(shared),
    revocationFeed: createRevocationFeed({ ...shared, ...stores, keys }),
  };
  const tools = {
    passwords,
    rateLimit: createRateLimit({ ...shared, attempts }),
    localLimit: isOn ? createLocalLimit({ clock }) : () => {},
    budgets: createBudgets({ ...shared, attempts }),
    record: recordEvent({ ...stores, clock }),
  };
  const needs = { ...shared, ...stores, ...tokens, ...tools, recheckSession: recheckSession(stores) };

  return {
    ...needs,
    probeDatabase: database.probe,
    isRegistrationOpen: config.isRegistrationOpen,
    isReservedUsername: createReservedUsernames(config.reservedUsernames),
    cookie: createSessionCookie(config, clock),
    confirmPassword: confirmPassword(needs),
    openSession: openSession(needs),
    grant: grantTokens(needs),

    /** What a running server does from time to time (`runJobs`). */
    jobs: {
      reloadKeys: { everySeconds: 1, run: keys.reload },
      purgeExpired: { everySeconds: 3600, run: () => purgeExpired(database, clock()) },
    },
  };
};

export type Services = ReturnType<typeof createServices>;
