import { addSeconds } from '../src/clock.ts';
import type { JwtKey } from '../src/keys/jwt.ts';
import type { SigningKeys } from '../src/keys/signing-keys.ts';
import { issueAppTokens } from '../src/oauth/issue-app-tokens.ts';
import type { AccessTokens } from '../src/sessions/access-token.ts';
import { createDeviceTokens } from '../src/sessions/device-token.ts';
import { createRefreshTokens } from '../src/sessions/refresh-token.ts';
import { signFeed } from '../src/tokens/feed-token.ts';

type Options = { readonly issuer: string; readonly now: Date; readonly keys: readonly JwtKey[] };

/**
 * The tokens other than access tokens that Latchkey signs, by their names in the vectors of packages/guard. One feed for each
 * key that signs access tokens.
 */
export const signOwnTokens = async ({ issuer, now, keys }: Options): Promise<Record<string, string>> => {
  const clock = () => now;
  const id = '4f3e2d1c-0b9a-4876-a543-21fedcba9876';
  const userId = '0b5a2f6e-3c1d-4e7f-8a9b-1c2d3e4f5a6b';
  const own = {
    clock,
    issuer,
    appSecrets: ['vectors only: never use this secret'],
    clockToleranceSeconds: 30,
  } as const;
  const times = { idleSeconds: 7 * 86_400, sessionSeconds: 90 * 86_400 };
  const refreshTokens = createRefreshTokens({ ...own, ...times }, 'own');
  const appRefreshTokens = createRefreshTokens({ ...own, ...times }, 'app');
  const session = { id, generation: 3, refreshedAt: addSeconds(now, -60), expiresAt: addSeconds(now, 80 * 86_400) };
  const feeds = keys.map(async (key) => [
    `a real revocation feed, ${key.algorithm}`,
    (await signFeed(key, issuer, now, [{ sessionId: id, before: addSeconds(now, 1890) }])).toString(),
  ]);
  const accessTokens = { sign: async () => 'an.access.token', secondsOf: () => 1800 } as unknown as AccessTokens;
  const appSession = {
    ...session,
    appId: `app_${'a'.repeat(26)}`,
    scope: 'openid',
    methods: ['pwd'],
    authenticatedAt: now,
  };
  // With HS256 no app can sign anybody in.
  const idTokens = keys
    .filter(({ algorithm }) => algorithm !== 'HS256')
    .map(async (key) => {
      const current = { current: () => key } as unknown as SigningKeys;
      const issue = issueAppTokens({ keys: current, accessTokens, appRefreshTokens, issuer });
      const { id_token } = await issue(appSession as never, { id: userId } as never, now);
      return [`a real ID token, ${key.algorithm}`, id_token];
    });
  return {
    ...Object.fromEntries(await Promise.all([...feeds, ...idTokens])),
    'a real refresh token': refreshTokens.sign(session),
    'a real refresh token of an app': appRefreshTokens.sign(session),
    'a real device token': createDeviceTokens(own).sign({ userId, id }),
  };
};
