import { getText } from './get-text.ts';
import type { IssuerKeys } from './issuer-keys.ts';
import type { createIssuerMetadata } from './issuer-metadata.ts';
import { createRevocationSet, createRevocationVerifier } from './revocation-set.ts';
import type { Timers } from './timers.ts';

type Needs = {
  readonly issuer: string;
  readonly metadata: ReturnType<typeof createIssuerMetadata>;
  readonly keys: IssuerKeys;
  readonly nowSeconds: () => number;
  readonly timers: Timers;
  readonly clockToleranceSeconds: number;
  readonly maxStaleSeconds: number;
  /** Called after each round that failed, with the number of failures in a row. */
  readonly onFault: (fault: Error, failuresInARow: number) => void;
  /** Ends it. */
  readonly signal: AbortSignal;
};

/** How long the issuer may hold an answer back (RFC 7240 §4.3), and what we give it to arrive. */
const waitSeconds = 25;
const slackSeconds = 10;
/** Rounds start at least so far apart, should the issuer, or what stands between, answer at once each time. */
const restAfterNews = 200;
const restAfterNothing = 1_000;
const maxBackoff = 5_000;
/** How long requests wait for the first answer, before they are judged without one. */
const patience = 2_000;

/** Doubles with every failure; jitter, so that all services do not come back in the same moment. */
const backoff = (failures: number): number => Math.min(maxBackoff, 250 * 2 ** failures) * (0.5 + Math.random() / 2);

/** Follows the issuer's revocation feed by long polling, and never holds the process up. */
export const followRevocations = (needs: Needs) => {
  const { issuer, metadata, keys, nowSeconds, timers, clockToleranceSeconds, maxStaleSeconds, onFault, signal } = needs;
  const { now, sleep } = timers;
  const verify = createRevocationVerifier({ issuer, clockToleranceSeconds }, keys.find);
  const revocations = createRevocationSet();
  let etag: string | undefined;
  let heardAt = Number.NEGATIVE_INFINITY;

  /** One question and its answer; tells whether there was news. */
  const listen = async (): Promise<boolean> => {
    await keys.renew();
    const { revocation_feed_uri } = await metadata.get();
    if (!revocation_feed_uri) throw new Error(`${issuer} has no revocation feed`);
    // A 304 carries no signature, so it may not prolong what we believe: in time we ask for the whole set again.
    const mayWait = etag !== undefined && revocations.believableUntil() > nowSeconds() + waitSeconds + slackSeconds;
    const answer = await getText(revocation_feed_uri, {
      headers: {
        Accept: 'application/jwt',
        ...(mayWait && etag !== undefined && { 'If-None-Match': etag, Prefer: `wait=${waitSeconds}` }),
      },
      timeoutMilliseconds: ((mayWait ? waitSeconds : 0) + slackSeconds) * 1000,
      longest: 16_000_000,
      signal,
    });
    if (answer.status === 304 && mayWait) {
      heardAt = nowSeconds();
      return false;
    }
    if (answer.status !== 200) throw new Error(`${revocation_feed_uri} answered ${answer.status}`);
    const claims = await verify(answer.text, nowSeconds());
    if (!claims) throw new Error(`${revocation_feed_uri} answered with a feed that is forged or too old`);
    revocations.take(claims);
    heardAt = nowSeconds();
    const isNews = answer.etag !== etag;
    etag = answer.etag;
    return isNews;
  };

  /** Gives how long to rest before the next round. */
  const round = async (failures: number): Promise<{ failures: number; rest: number }> => {
    const startedAt = now();
    try {
      const rest = (await listen()) ? restAfterNews : restAfterNothing;
      return { failures: 0, rest: Math.max(0, startedAt + rest - now()) };
    } catch (fault) {
      metadata.forget();
      // Whoever comes back wants to hear at once, not when there is news.
      etag = undefined;
      const error = fault instanceof Error ? fault : new Error(String(fault));
      if (!signal.aborted) queueMicrotask(() => onFault(error, failures + 1));
      return { failures: failures + 1, rest: backoff(failures) };
    }
  };

  const goOn = async (first: { failures: number; rest: number }): Promise<void> => {
    for (let last = first; !signal.aborted; last = await round(last.failures)) {
      await sleep(last.rest, signal);
    }
  };
  const firstRound = round(0);
  void firstRound.then(goOn);

  /** How many seconds ago the issuer was last heard; Infinity, if never. */
  const staleSeconds = (): number => Math.max(0, nowSeconds() - heardAt);

  return {
    isRevoked: revocations.isRevoked,
    staleSeconds,
    isStale: (): boolean =>
      staleSeconds() > maxStaleSeconds || revocations.believableUntil() + clockToleranceSeconds <= nowSeconds(),
    /** Settles with the first answer, or when there is none for too long: until then nobody can know. */
    firstRound: Promise.race([firstRound, sleep(patience, signal)]).then(
      () => {},
      () => {},
    ),
  };
};
