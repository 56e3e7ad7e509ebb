import { id } from '@latchkey/contract/id';
import { token } from '@latchkey/contract/oauth';
import { refresh } from '@latchkey/contract/sessions';
import * as z from 'zod/mini';
import { addSeconds } from '../clock.ts';
import { createOwnTokens, type OwnTokenNeeds, timedClaims } from '../keys/own-tokens.ts';
import type { Session } from './session-store.ts';

const claims = z.strictObject({
  ...timedClaims,
  type: z.literal('refresh'),
  sid: id,
  // The maximum of the column.
  generation: z.int().check(z.minimum(1), z.maximum(2_147_483_647)),
});

type Needs = OwnTokenNeeds & {
  /** The maximum time between two refreshes. */
  readonly idleSeconds: number;
  /** The maximum lifetime of a session; no refresh token outlives it. */
  readonly sessionSeconds: number;
};

/** Refresh tokens of browsers and clients of Latchkey, and those of apps. Neither is accepted in place of the other. */
const kinds = {
  own: { type: 'rt+jwt', label: 'refresh-token', path: refresh.path },
  app: { type: 'app-rt+jwt', label: 'app-refresh-token', path: token.path },
} as const;

export const createRefreshTokens = (
  { idleSeconds, sessionSeconds, ...needs }: Needs,
  kind: keyof typeof kinds = 'own',
) => {
  const { sign, verify } = createOwnTokens(needs, {
    ...kinds[kind],
    claims,
    maxLifeSeconds: sessionSeconds,
  });

  /** When the session can no longer be refreshed. */
  const deadlineOf = ({ refreshedAt, expiresAt }: Pick<Session, 'refreshedAt' | 'expiresAt'>): Date => {
    const idleDeadline = addSeconds(refreshedAt, idleSeconds);
    return idleDeadline < expiresAt ? idleDeadline : expiresAt;
  };

  return {
    idleSeconds,
    deadlineOf,

    /** Computes the token from the session, so that it need not be stored. */
    sign: (session: Pick<Session, 'id' | 'generation' | 'refreshedAt' | 'expiresAt'>): string =>
      sign(session.refreshedAt, deadlineOf(session), {
        type: 'refresh',
        sid: session.id,
        generation: session.generation,
      }),

    verify,
  };
};

export type RefreshTokens = ReturnType<typeof createRefreshTokens>;
