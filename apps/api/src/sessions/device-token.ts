import { id } from '@latchkey/contract/id';
import { logIn } from '@latchkey/contract/sessions';
import * as z from 'zod/mini';
import { type Clock, toNumericDate } from '../clock.ts';
import { derivedKeys } from '../keys/derived-keys.ts';
import { createJwtVerifier, type JwtVerdict, signJwt } from '../keys/jwt.ts';
import { ownAudience } from '../keys/own-audience.ts';

const deviceTokenClaims = z.strictObject({
  iss: z.string(),
  aud: z.string(),
  iat: z.int(),
  exp: z.int(),
  type: z.literal('device'),
  sub: id,
  sid: id,
});
export type DeviceTokenClaims = z.output<typeof deviceTokenClaims>;

type Needs = {
  readonly clock: Clock;
  readonly issuer: string;
  readonly appSecrets: readonly [string, ...string[]];
  readonly clockToleranceSeconds: number;
};

/** A browser is known for a year after it was signed in. */
const deviceTokenSeconds = 365 * 86_400;

/**
 * Says that this browser was signed in to this account once: it opens nothing, but its guesses are counted by themselves, so
 * that the owner gets in while others guess (https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies).
 */
export const createDeviceTokens = ({ clock, issuer, appSecrets, clockToleranceSeconds }: Needs) => {
  const { current, find } = derivedKeys(appSecrets, 'device-token');
  const audience = ownAudience(issuer, logIn.path);
  const judge = createJwtVerifier({
    type: 'device+jwt',
    findKey: find,
    claims: deviceTokenClaims,
    issuer,
    audience,
    maxLifeSeconds: () => deviceTokenSeconds,
    clockToleranceSeconds,
  });
  return {
    sign({ userId, id }: { readonly userId: string; readonly id: string }): string {
      const now = toNumericDate(clock());
      const times = { iat: now, exp: now + deviceTokenSeconds };
      return signJwt('device+jwt', current, {
        iss: issuer,
        aud: audience,
        ...times,
        type: 'device',
        sub: userId,
        sid: id,
      });
    },

    verify: (token: string): JwtVerdict<DeviceTokenClaims> => judge(token, toNumericDate(clock())),
  };
};

export type DeviceTokens = ReturnType<typeof createDeviceTokens>;
