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
  /** Stops following. */
  readonly signal: AbortSignal;
};

/** How long the issuer may delay an answer (RFC 7240 §4.3), and how long the answer may then take to arrive. */
const waitSeconds = 25;
const slackSeconds = 10;
/** The minimum time between the starts of two rounds, in case the issuer or a proxy answers each one at once. */
const intervalAfterNews = 200;
const intervalAfterNothing = 1_000;
const maxBackoff = 5_000;
/** How long requests wait for the first answer. */
const maxFirstWait = 2_000;

/** Doubles with each failure. Random, so that services do not all retry at the same moment. */
const backoff = (failures: number): number => Math.min(maxBackoff, 250 * 2 ** failures) * (0.5 + Math.random() / 2);

/** Follows the issuer's revocation feed by long polling. Does not keep the process alive. */
export const followRevocations = (needs: Needs) => {
  const { issuer, metadata, keys, nowSeconds, timers, clockToleranceSeconds, maxStaleSeconds, onFault, signal } = needs;
  const { now, sleep } = timers;
  const verify = createRevocationVerifier({ issuer, clockToleranceSeconds }, keys.find);
  const revocations = createRevocationSet();
  let etag: string | undefined;
  let answeredAt = Number.NEGATIVE_INFINITY;

  /** Polls once. Returns whether there was news. */
  const poll = async (): Promise<boolean> => {
    await keys.renew();
    const { revocation_feed_uri } = await metadata.get();
    if (!revocation_feed_uri) throw new Error(`${issuer} has no revocation feed`);
    // A 304 has no signature and must not extend the validity of the feed, so the whole set is read again in time.
    const mayWait = etag !== undefined && revocations.validUntil() > nowSeconds() + waitSeconds + slackSeconds;
    const answer = await getText(revocation_feed_uri, {
      headers: {
        Accept: 'application/jwt',
        ...(mayWait && etag !== undefined && { 'If-None-Match': etag, Prefer: `wait=${waitSeconds}` }),
      },
      timeoutMilliseconds: ((mayWait ? waitSeconds : 0) + slackSeconds) * 1000,
      maxBytes: 16_000_000,
      signal,
    });
    if (answer.status === 304 && mayWait) {
      answeredAt = nowSeconds();
      return false;
    }
    if (answer.status !== 200) throw new Error(`${revocation_feed_uri} answered ${answer.status}`);
    const verdict = await verify(answer.text, nowSeconds());
    if (verdict.status !== 'valid') {
      throw new Error(`${revocation_feed_uri} answered with a feed that is invalid or expired`);
    }
    revocations.update(verdict.claims);
    answeredAt = nowSeconds();
    const isNews = answer.etag !== etag;
    etag = answer.etag;
    return isNews;
  };

  /** @returns how long to wait before the next round */
  const round = async (failures: number): Promise<{ failures: number; wait: number }> => {
    const startedAt = now();
    try {
      const interval = (await poll()) ? intervalAfterNews : intervalAfterNothing;
      return { failures: 0, wait: Math.max(0, startedAt + interval - now()) };
    } catch (fault) {
      metadata.forget();
      // After a failure, read the feed at once instead of waiting for news.
      etag = undefined;
      const error = fault instanceof Error ? fault : new Error(String(fault));
      if (!signal.aborted) queueMicrotask(() => onFault(error, failures + 1));
      return { failures: failures + 1, wait: backoff(failures) };
    }
  };

  const repeat = async (first: { failures: number; wait: number }): Promise<void> => {
    for (let last = first; !signal.aborted; last = await round(last.failures)) {
      await sleep(last.wait, signal);
    }
  };
  const firstRound = round(0);
  void firstRound.then(repeat);

  /** Seconds since the last answer; Infinity before the first. */
  const staleSeconds = (): number => Math.max(0, nowSeconds() - answeredAt);

  return {
    isRevoked: revocations.isRevoked,
    staleSeconds,
    isStale: (): boolean =>
      staleSeconds() > maxStaleSeconds || revocations.validUntil() + clockToleranceSeconds <= nowSeconds(),
    /** Settles with the first answer or after `maxFirstWait`. Until then no revocation is known. */
    firstRound: Promise.race([firstRound, sleep(maxFirstWait, signal)]).then(
      () => {},
      () => {},
    ),
  };
};
