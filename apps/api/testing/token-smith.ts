import type { Clock } from '../src/clock.ts';
import type { Config } from '../src/config.ts';
import type { Database } from '../src/database/database.ts';
import { createAccessTokens } from '../src/tokens/access-token.ts';
import { createRefreshTokens } from '../src/tokens/refresh-token.ts';
import { createSigningKeyStore } from '../src/tokens/signing-key-store.ts';
import { loadSigningKeys } from '../src/tokens/signing-keys.ts';

/** The makers of tokens that a running Latchkey has, for a test to sign with. */
export const createTokenSmith = async (config: Config, database: Database, clock: Clock) => {
  const { appSecrets, publicUrl: issuer, clockToleranceSeconds } = config;
  const keys = await loadSigningKeys({
    store: createSigningKeyStore(database),
    clock,
    algorithm: config.jwtAlgorithm,
    appSecrets,
    jwtSecret: config.jwtSecret,
    tokenSeconds: config.accessTokenSeconds,
  });
  return {
    keys,
    access: createAccessTokens({
      keys,
      clock,
      issuer,
      audience: config.jwtAudience,
      lifeSeconds: config.accessTokenSeconds,
      clockToleranceSeconds,
    }),
    refresh: createRefreshTokens({
      clock,
      issuer,
      appSecrets,
      idleSeconds: config.refreshTokenSeconds,
      sessionSeconds: config.sessionSeconds,
      clockToleranceSeconds,
    }),
  };
};
