import { systemTimers, type Timers } from './timers.ts';

export type GuardOptions = {
  /** Latchkey's PUBLIC_URL, which is the `iss` of the tokens. A slash at the end makes no difference. */
  readonly issuer: string;
  /** The `aud` of the tokens that are for this service. */
  readonly audience: string;
  /** Where the issuer is reached from here, if not at its own name. */
  readonly reachAt?: string;
  /** Latchkey's JWT_SECRET, where it signs with HS256 and so has no public keys. */
  readonly secret?: string;
  /** How far the clocks may be apart. Default: 30. */
  readonly clockToleranceSeconds?: number;
  /** The longest life of a token that is accepted. Default: 366 days, for named tokens may live for a year. */
  readonly maxLifeSeconds?: number;
  /** How long the revocation feed may be silent. Default: 60. */
  readonly maxStaleSeconds?: number;
  /** What then happens: 503, or on as if nothing had been revoked since. Default: `'refuse'`. */
  readonly whenStale?: 'refuse' | 'allow';
  /**
   * Called each time the issuer cannot be reached or gives a wrong answer, with the number of times in a row. Default: logs each kind
   * of fault once with `console.warn`, and again after the issuer has answered. `() => {}` logs nothing.
   */
  readonly onFault?: (fault: Error, failuresInARow: number) => void;
  /** Now. For tests. */
  readonly clock?: () => Date;
  /** What it waits by. For tests. */
  readonly timers?: Timers;
};

/** PUBLIC_URL is an origin, and Latchkey writes it as URL does: in lower case, without the default port and a slash at the end. */
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
 * The options with their defaults.
 * @throws TypeError where one cannot be right: better at the start than with the first request
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
    // No comparison with NaN is ever true: a bound that is none would let everything pass.
    if (!Number.isFinite(seconds) || seconds < 0) throw new TypeError(`${name}: a number of seconds`);
  }
  return { issuer: readIssuer(issuer), audience, reachAt, secret, ...bounds, whenStale, onFault, clock, timers };
};
