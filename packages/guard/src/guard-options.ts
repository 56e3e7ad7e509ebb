import { systemTimers, type Timers } from './timers.ts';

export type GuardOptions = {
  /** Latchkey's PUBLIC_URL, which is the `iss` of the tokens. A trailing slash is ignored. */
  readonly issuer: string;
  /** The `aud` of the tokens for this service. */
  readonly audience: string;
  /** The URL at which this service reaches the issuer, if not `issuer`. */
  readonly reachAt?: string;
  /** Latchkey's JWT_SECRET, if it signs with HS256 and so has no public keys. */
  readonly secret?: string;
  /** The tolerated difference of clocks. Default: 30. */
  readonly clockToleranceSeconds?: number;
  /** The maximum lifetime of a token. Default: 366 days, because an API token may be valid for a year. */
  readonly maxLifeSeconds?: number;
  /** The maximum age of the revocation feed. Default: 60. */
  readonly maxStaleSeconds?: number;
  /** What to do when the feed is older: answer 503, or accept tokens without news of revocations. Default: `'refuse'`. */
  readonly whenStale?: 'refuse' | 'allow';
  /**
   * Called each time the issuer cannot be reached or gives an invalid answer, with the number of failures in a row. Default: logs
   * each kind of fault once with `console.warn`, and again after the issuer has answered. `() => {}` logs nothing.
   */
  readonly onFault?: (fault: Error, failuresInARow: number) => void;
  /** The current time. For tests. */
  readonly clock?: () => Date;
  /** The monotonic clock and `sleep`. For tests. */
  readonly timers?: Timers;
};

/** Latchkey normalizes PUBLIC_URL as `URL.origin` does: lower case, without the default port and a trailing slash. */
const readIssuer = (text: string): string => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.href !== `${url.origin}/`) {
    throw new TypeError("issuer: Latchkey's PUBLIC_URL, such as https://accounts.example.com");
  }
  return url.origin;
};

const createFaultLog = () => {
  const logged = new Set<string>();
  return ({ message }: Error, failuresInARow: number): void => {
    if (failuresInARow === 1) logged.clear();
    if (logged.has(message)) return;
    logged.add(message);
    console.warn(`@latchkey/guard: ${message}`);
  };
};

/**
 * Validates the options and adds the defaults.
 * @throws TypeError for an invalid option, at the start of the service
 */
export const readOptions = ({
  issuer,
  audience,
  reachAt,
  secret,
  clockToleranceSeconds = 30,
  maxLifeSeconds = 366 * 86_400,
  maxStaleSeconds = 60,
  whenStale = 'refuse',
  onFault = createFaultLog(),
  clock = () => new Date(),
  timers = systemTimers,
}: GuardOptions) => {
  if (reachAt !== undefined && !(URL.canParse(reachAt) && /^https?:$/.test(new URL(reachAt).protocol))) {
    throw new TypeError('reachAt: an http or https URL');
  }
  if (!audience) throw new TypeError('audience: the name of this service, as in aud');
  // RFC 7518 §3.2
  if (secret !== undefined && Buffer.byteLength(secret) < 32) throw new TypeError('secret: at least 32 bytes');
  const bounds = { clockToleranceSeconds, maxLifeSeconds, maxStaleSeconds };
  for (const [name, seconds] of Object.entries(bounds)) {
    // No comparison with NaN is true, so NaN would accept everything.
    if (!Number.isFinite(seconds) || seconds < 0) throw new TypeError(`${name}: a number of seconds`);
  }
  return { issuer: readIssuer(issuer), audience, reachAt, secret, ...bounds, whenStale, onFault, clock, timers };
};
