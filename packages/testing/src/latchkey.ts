export type Options = {
  /**
   * Settings, as in the environment, such as `{ ACCESS_TOKEN_TTL: '5m', JWT_ALGORITHM: 'ES256' }`. The others have the defaults of
   * development, except that `RATE_LIMITS` is `off` and the bcrypt cost is 4. `PUBLIC_URL` and `DATABASE_URL` have no effect.
   */
  readonly settings?: Readonly<Record<string, string>>;
  /** The port on 127.0.0.1. Default: any free port. */
  readonly port?: number;
};

/** The clock of a started Latchkey. It runs with the real time; a test can turn it ahead. */
export type Clock = {
  /** The current time. Give it to code that must agree with Latchkey: `createGuard({ …, clock: latchkey.clock.now })`. */
  readonly now: () => Date;
  /** Turns the clock ahead by this many seconds. */
  readonly turn: (seconds: number) => void;
};

/** A signed-in user. */
export type User = {
  /** The `sub` of its tokens. */
  readonly id: string;
  readonly username: string;
  readonly password: string;
  readonly role: 'user' | 'admin';
  /** When it signed in, as in `auth_time`. */
  readonly authenticatedAt: Date;
  /** For Latchkey's own API: its audience is `JWT_AUDIENCE`. Valid for `ACCESS_TOKEN_TTL`, 30 minutes by default. */
  readonly accessToken: string;
  readonly refreshToken: string;
};

/** What an API token is for. */
export type TokenOptions = {
  /** The service that the token is for (`aud`). */
  readonly audience: string;
  /** Words with one space between them, such as `cart:read cart:write`. Default: none. */
  readonly scope?: string;
  /** The lifetime in seconds. Default: 3600. */
  readonly expiresInSeconds?: number;
};

/** Tokens that a service must refuse with 401, by the reason. */
export type RefusedTokens = {
  /** Correct, but expired an hour ago. */
  readonly expired: string;
  /** Correct, but for the audience `another-service`. */
  readonly otherAudience: string;
  /** The user changed the `role` to `admin` after Latchkey had signed the token. */
  readonly tampered: string;
  /** Names the algorithm `none` and has no signature. */
  readonly unsigned: string;
  /** A refresh token: Latchkey signed it, but it is no access token. */
  readonly refresh: string;
};

export type Latchkey = {
  /** The origin at which it listens, such as `http://127.0.0.1:49152`. It is the issuer (`iss`) of every token. */
  readonly url: string;
  readonly clock: Clock;
  /** Creates a user and signs it in. Default: the role `user` and a user name that no other has. */
  readonly createUser: (options?: { readonly username?: string; readonly role?: 'user' | 'admin' }) => Promise<User>;
  /** Signs the user in once more, at the current time of the clock. Its earlier tokens stay valid. */
  readonly signIn: (user: User) => Promise<User>;
  /** Creates an access token for a service, as `POST /api/tokens` does. */
  readonly createToken: (user: User, options: TokenOptions) => Promise<string>;
  /** Creates tokens that the service with this `audience` must refuse. */
  readonly createRefusedTokens: (user: User, audience: string) => Promise<RefusedTokens>;
  /** Ends the session of an access or refresh token. A guard refuses it after the next round of the revocation feed. */
  readonly revoke: (token: string) => Promise<void>;
  /** Ends the server and removes its database. */
  readonly stop: () => Promise<void>;
};
