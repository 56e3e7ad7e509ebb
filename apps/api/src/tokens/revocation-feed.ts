import { addSeconds, type Clock, type Sleep } from '../clock.ts';
import type { SigningKeys } from '../keys/signing-keys.ts';
import { signFeed } from './feed-token.ts';
import type { RevocationStore } from './revocation-store.ts';
import { createRevokedSessions } from './revoked-sessions.ts';

/** How often the database is queried while a request waits: other processes end sessions, too. */
const pollMilliseconds = 250;

/** How long an unchanged feed keeps its signature. Much shorter than the feed's lifetime, so that services get a fresh one. */
const signatureSeconds = 30;

type Needs = {
  readonly revocations: RevocationStore;
  readonly keys: SigningKeys;
  readonly clock: Clock;
  readonly sleep: Sleep;
  readonly issuer: string;
};

/** Starts no second call while one is pending, and returns the pending one instead. */
const sharePending = (call: () => Promise<void>): (() => Promise<void>) => {
  let pending: Promise<void> | undefined;
  return () => {
    pending ??= call().finally(() => {
      pending = undefined;
    });
    return pending;
  };
};

/** The revoked sessions, for services that verify tokens offline (docs/decisions/0006). */
export const createRevocationFeed = ({ revocations, keys, clock, sleep, issuer }: Needs) => {
  const revoked = createRevokedSessions({ revocations, clock });

  // All waiting requests share one query and one timer: a thousand of them cost as much as one.
  const refresh = sharePending(revoked.refresh);
  const nextRound = sharePending(() => sleep(pollMilliseconds));

  type Signed = { readonly etag: string; readonly keyId: string; readonly until: Date; readonly jwt: Promise<Buffer> };
  let signed: Signed | undefined;
  const closing = new AbortController();

  return {
    /**
     * Waits until the feed has an ETag that the caller does not know, for `waitSeconds` at most, or until `signal` aborts.
     * @returns whether the feed is new to the caller
     */
    async waitForChange(
      isKnown: (etag: string) => boolean,
      waitSeconds: number,
      signal: AbortSignal,
    ): Promise<boolean> {
      const differs = async (): Promise<boolean> => {
        await refresh();
        return !isKnown(revoked.etag());
      };
      if (await differs()) return true;
      let isOver = waitSeconds === 0;
      // Not before the first query: every request whose timer runs also waits for the next round.
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

    /** Signs once for all requests, until the feed or the key changes. */
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

    /** Answers all waiting requests, so that the process can exit. */
    close: (): void => closing.abort(),
  };
};

export type RevocationFeed = ReturnType<typeof createRevocationFeed>;
