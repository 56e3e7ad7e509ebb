import { id } from '@latchkey/contract/id';
import { logIn } from '@latchkey/contract/sessions';
import * as z from 'zod/mini';
import { addSeconds } from '../clock.ts';
import { createOwnTokens, type OwnTokenNeeds, timedClaims } from '../keys/own-tokens.ts';
import type { Session } from './session-store.ts';

/** A browser is known for a year after its last sign-in. */
export const deviceTokenSeconds = 365 * 86_400;

/**
 * A device token proves that this browser once signed in to this account. It authenticates nothing, but guesses that come
 * with it have a limit of their own, so that the owner can sign in while others guess
 * (https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies).
 */
export const createDeviceTokens = (needs: OwnTokenNeeds) => {
  const { sign, verify } = createOwnTokens(needs, {
    type: 'device+jwt',
    label: 'device-token',
    path: logIn.path,
    claims: z.strictObject({ ...timedClaims, type: z.literal('device'), sub: id, sid: id }),
    maxLifeSeconds: deviceTokenSeconds,
  });
  return {
    sign({ userId, id }: Pick<Session, 'userId' | 'id'>): string {
      const now = needs.clock();
      return sign(now, addSeconds(now, deviceTokenSeconds), { type: 'device', sub: userId, sid: id });
    },
    verify,
    /** The session in which this browser signed in to this account before. */
    previousSession(token: string | undefined, userId: string | undefined): string | undefined {
      const known = token === undefined ? undefined : verify(token);
      return known?.status === 'valid' && known.claims.sub === userId ? known.claims.sid : undefined;
    },
  };
};

export type DeviceTokens = ReturnType<typeof createDeviceTokens>;
