/** A maximum number of times in a window. */
export type Rate = { readonly limit: number; readonly seconds: number };

const aMinute = 60;
const anHour = 3600;
const aDay = 86_400;

/** Rate limits of an endpoint per session, or per address if there is no session. */
export const rates = {
  reading: { limit: 600, seconds: aMinute },
  changing: { limit: 120, seconds: aMinute },
  /** Sensitive changes, which are rare. */
  sensitive: { limit: 30, seconds: anHour },
  /** A whole office behind one address may sign in at nine. */
  signingIn: { limit: 1000, seconds: 900 },
  registering: { limit: 300, seconds: anHour },
  /** A service introspects the token of each request that it receives. */
  introspection: { limit: 6000, seconds: aMinute },
  /** A proxy asks for each request of a user, files included, or of a service with an API token. */
  forwardAuth: { limit: 30_000, seconds: aMinute },
  /** Pages and their files, for an office that opens Latchkey at nine with empty caches. */
  pages: { limit: 12_000, seconds: aMinute },
} as const satisfies Record<string, Rate>;

/** The rate limit of an account, for all its sessions and API tokens together, as a multiple of that of one session. */
const accountShare = 2;
export const accountRate = ({ limit, seconds }: Rate): Rate => ({ limit: accountShare * limit, seconds });

/** After the free guesses each further one waits: a second, then twice as long each time, up to this maximum. */
export const maxWaitSeconds = 900;

/**
 * Limits in addition to the rate limits, counted in the database. `free`: the password guesses before the first wait; a
 * correct password resets them, and so does a day without guesses.
 */
export const guessLimits = {
  'sign-in:ip': { description: 'Failed sign-ins', per: 'address', limit: 100, seconds: 900 },
  'password:account+ip': { description: 'Password guesses', per: 'account and address', free: 10 },
  // Fewer than the hundred that NIST SP 800-63B-4 §3.2.2 allows, over all addresses.
  'password:account': { description: 'Password guesses', per: 'account', free: 50 },
  // Nobody else consumes this one: the owner gets in while the account is under attack.
  'password:device': { description: 'Password guesses', per: 'known device', free: 10 },
  // For an attacker who has collected many device cookies.
  'password:account-devices': { description: 'Password guesses from all known devices', per: 'account', free: 50 },
  'password:session': { description: 'Password guesses', per: 'session', free: 10 },
  // Services store revocations: neither an account nor an address may fill their memory.
  'api-tokens:account': { description: 'API tokens created', per: 'account', limit: 100, seconds: aDay },
  'api-tokens:ip': { description: 'API tokens created', per: 'address', limit: 200, seconds: aDay },
  // Each records a permanent event.
  'moves:session': { description: 'Changes of the browser', per: 'session', limit: 20, seconds: aDay },
  'verifications:account': { description: 'Verification messages', per: 'account', limit: 20, seconds: aDay },
  'password-resets:ip': { description: 'Forgotten passwords', per: 'address', limit: 100, seconds: anHour },
  // By the name as it was typed, so that an unknown name costs what a known one costs.
  'password-resets:login': { description: 'Forgotten passwords', per: 'name', limit: 5, seconds: anHour },
  'device-codes:account': { description: 'Device codes entered', per: 'account', limit: 30, seconds: anHour },
  'messages:recipient': { description: 'Messages', per: 'recipient', limit: 20, seconds: anHour },
  'email-changes:account': { description: 'Changes of the e-mail address', per: 'account', limit: 20, seconds: aDay },
} as const satisfies Record<
  string,
  { readonly description: string; readonly per: string } & (Rate | { readonly free: number })
>;

export type GuessLimits = typeof guessLimits;
export type GuessLimitName = keyof GuessLimits;
