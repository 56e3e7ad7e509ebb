import { createHash } from 'node:crypto';
import { type Clock, type Sleep, toNumericDate } from '../clock.ts';
import { signFeed } from './feed-token.ts';
import type { RevocationStore } from './revocation-store.ts';
import type { SigningKeys } from './signing-keys.ts';

/** How often the database is asked while anybody waits: other processes end sessions, too. */
const askEveryMilliseconds = 250;

type Needs = {
  readonly revocations: RevocationStore;
  readonly keys: SigningKeys;
  readonly clock: Clock;
  readonly sleep: Sleep;
  readonly issuer: string;
};

/** What was revoked, for services that verify tokens by themselves (docs/decisions/0006). */
export const createRevocationFeed = ({ revocations, keys, clock, sleep, issuer }: Needs) => {
  type Edition = { readonly etag: string; readonly rows: Awaited<ReturnType<RevocationStore['list']>> };

  const read = async (): Promise<Edition> => {
    const rows = await revocations.list(clock());
    const text = rows.map(({ sessionId, before }) => `${sessionId} ${before.getTime()}`).join('\n');
    return { etag: `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`, rows };
  };

  // One question to the database serves everybody who waits.
  let asking: Promise<Edition> | undefined;
  const readShared = (): Promise<Edition> => {
    asking ??= read().finally(() => {
      asking = undefined;
    });
    return asking;
  };
  // And one round of asking serves all of them, however their waits began: a thousand cost what one does.
  let round: Promise<unknown> | undefined;
  const nextRound = (): Promise<unknown> => {
    round ??= sleep(askEveryMilliseconds).finally(() => {
      round = undefined;
    });
    return round;
  };
  let signed: { readonly of: string; readonly jwt: Promise<string> } | undefined;
  const closing = new AbortController();

  return {
    /**
     * Waits until there is another edition than `etag`, but not for longer than `waitSeconds`, nor after `signal`.
     * Gives nothing where there is still no other.
     */
    async next(etag: string | undefined, waitSeconds: number, signal: AbortSignal): Promise<Edition | undefined> {
      let isOver = waitSeconds === 0;
      const over = sleep(waitSeconds * 1000, AbortSignal.any([signal, closing.signal])).then(() => {
        isOver = true;
      });
      for (;;) {
        const edition = await readShared();
        if (edition.etag !== etag) return edition;
        if (isOver) return undefined;
        await Promise.race([nextRound(), over]);
      }
    },

    /** Signs once for everybody who asks within a second. */
    sign({ etag, rows }: Edition): Promise<string> {
      const now = clock();
      const of = `${etag} ${toNumericDate(now)} ${keys.current().id}`;
      if (signed?.of !== of) signed = { of, jwt: signFeed(keys.current(), issuer, now, rows) };
      return signed.jwt;
    },

    /** Answers everybody who waits, so that the process can end. */
    close: (): void => closing.abort(),
  };
};

export type RevocationFeed = ReturnType<typeof createRevocationFeed>;
