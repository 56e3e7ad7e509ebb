import { addSeconds, type Clock, type Sleep } from '../clock.ts';
import type { SigningKeys } from '../keys/signing-keys.ts';
import { signFeed } from './feed-token.ts';
import type { RevocationStore } from './revocation-store.ts';
import { createRevokedSessions } from './revoked-sessions.ts';

/** How often the database is asked while anybody waits: other processes end sessions, too. */
const askEveryMilliseconds = 250;

/** A signature is used again for so long while nothing changes. It must be much shorter than the feed's own life. */
const signatureSeconds = 30;

type Needs = {
  readonly revocations: RevocationStore;
  readonly keys: SigningKeys;
  readonly clock: Clock;
  readonly sleep: Sleep;
  readonly issuer: string;
};

/** What was revoked, for services that verify tokens by themselves (docs/decisions/0006). */
export const createRevocationFeed = ({ revocations, keys, clock, sleep, issuer }: Needs) => {
  const revoked = createRevokedSessions({ revocations, clock });

  // One question to the database serves everybody who waits.
  let inFlight: Promise<void> | undefined;
  const refresh = (): Promise<void> => {
    inFlight ??= revoked.refresh().finally(() => {
      inFlight = undefined;
    });
    return inFlight;
  };
  // And one round of asking serves all of them, however their waits began: a thousand cost what one does.
  let round: Promise<unknown> | undefined;
  const nextRound = (): Promise<unknown> => {
    round ??= sleep(askEveryMilliseconds).finally(() => {
      round = undefined;
    });
    return round;
  };

  type Signed = { readonly etag: string; readonly keyId: string; readonly until: Date; readonly jwt: Promise<Buffer> };
  let signed: Signed | undefined;
  const closing = new AbortController();

  return {
    /**
     * Waits until the caller does not know the feed's ETag, but not for longer than `waitSeconds`, nor after `signal`.
     * @returns whether the feed is new to the caller
     */
    async next(isKnown: (etag: string) => boolean, waitSeconds: number, signal: AbortSignal): Promise<boolean> {
      const differs = async (): Promise<boolean> => {
        await refresh();
        return !isKnown(revoked.etag());
      };
      if (await differs()) return true;
      let isOver = waitSeconds === 0;
      // Only now: whoever sleeps waits for the next round, too.
      const over = sleep(waitSeconds * 1000, AbortSignal.any([signal, closing.signal])).then(() => {
        isOver = true;
      });
      while (!isOver) {
        await Promise.race([nextRound(), over]);
        if (await differs()) return true;
      }
      return false;
    },

    etag: revoked.etag,

    /** Signs once for everybody, until the feed or the key changes. */
    current(): Signed {
      const now = clock();
      const [etag, key] = [revoked.etag(), keys.current()];
      if (signed?.etag !== etag || signed.keyId !== key.id || signed.until <= now) {
        const jwt = signFeed(key, issuer, now, revoked.list());
        signed = { etag, keyId: key.id, until: addSeconds(now, signatureSeconds), jwt };
        jwt.catch(() => {
          signed = undefined;
        });
      }
      return signed;
    },

    /** Answers everybody who waits, so that the process can end. */
    close: (): void => closing.abort(),
  };
};

export type RevocationFeed = ReturnType<typeof createRevocationFeed>;
