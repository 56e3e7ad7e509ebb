/** A maximum number of times in a window. */
export type Rate = { readonly most: number; readonly seconds: number };

const aMinute = 60;
const anHour = 3600;
const aDay = 86_400;

/** Rate limits of an endpoint per session, or per address if there is no session. */
export const rates = {
  reading: { most: 600, seconds: aMinute },
  changing: { most: 120, seconds: aMinute },
  /** Sensitive changes, which are rare. */
  rarely: { most: 30, seconds: anHour },
  /** A whole office behind one address may sign in at nine. */
  signingIn: { most: 1000, seconds: 900 },
  registering: { most: 300, seconds: anHour },
  /** A service introspects the token of each request that it receives. */
  asking: { most: 6000, seconds: aMinute },
  /** Pages and their files, for an office that opens Latchkey at nine with empty caches. */
  pages: { most: 12_000, seconds: aMinute },
} as const satisfies Record<string, Rate>;

/** The rate limit of an account, for all its sessions and API tokens together, as a multiple of that of one session. */
const accountShare = 2;
export const accountRate = ({ most, seconds }: Rate): Rate => ({ most: accountShare * most, seconds });

/** After the free guesses each further one waits: a second, then twice as long each time, up to this maximum. */
export const maxWaitSeconds = 900;

/**
 * What is counted beside the calls themselves. `free`: guesses at a password before the first wait; a right one
 * forgets them, and so does a day without any.
 */
export const guessLimits = {
  'failed sign-ins': { per: 'address', most: 100, seconds: 900 },
  'guesses at an account from an address': { per: 'account and address', free: 10 },
  // Below the hundred that NIST SP 800-63B-4 §3.2.2 allows, whatever the number of addresses.
  'guesses at an account': { per: 'account', free: 50 },
  // Nobody else can spend this one: the owner gets in while the account is under attack.
  'guesses from a known device': { per: 'device that signed in before', free: 10 },
  // However many such devices somebody has collected.
  'guesses from known devices': { per: 'account', free: 50 },
  'guesses in a session': { per: 'session', free: 10 },
  // Services keep in mind what is revoked: neither a person nor an address may fill that at will.
  'tokens for services': { per: 'person', most: 100, seconds: aDay },
  'tokens from an address': { per: 'address', most: 200, seconds: aDay },
  // Each is written down for good.
  'moves of a session': { per: 'session', most: 20, seconds: aDay },
  'changes of address': { per: 'person', most: 20, seconds: aDay },
} as const satisfies Record<string, { readonly per: string } & (Rate | { readonly free: number })>;

export type GuessLimits = typeof guessLimits;
export type GuessLimitName = keyof GuessLimits;
