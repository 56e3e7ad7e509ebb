import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { onTestFinished } from 'vitest';

type Key = {
  readonly kid: string;
  readonly algorithm: string;
  readonly sign: CryptoKey | Uint8Array;
  readonly jwk: JWK;
};
type Route = (request: IncomingMessage, response: ServerResponse) => unknown;
type Revoked = { readonly sid: string; readonly before: number };

export const paths = {
  metadata: '/.well-known/openid-configuration',
  keys: '/.well-known/jwks.json',
  feed: '/api/tokens/revocations',
} as const;

type KeyPair = { readonly privateKey: CryptoKey; readonly jwk: JWK };
/** The key pairs that no test uses now, by algorithm: generating an RSA pair takes a tenth of a second. */
const unused = new Map<string, KeyPair[]>();

/** A key pair that no other test has until this one ends. */
const borrowKeyPair = async (algorithm: string): Promise<KeyPair> => {
  const pairs = unused.get(algorithm) ?? [];
  unused.set(algorithm, pairs);
  const make = async (): Promise<KeyPair> => {
    const { privateKey, publicKey } = await generateKeyPair(algorithm);
    return { privateKey, jwk: await exportJWK(publicKey) };
  };
  const pair = pairs.pop() ?? (await make());
  onTestFinished(() => void pairs.push(pair));
  return pair;
};

const newKey = async (kid: string, algorithm: string): Promise<Key> => {
  const { privateKey, jwk } = await borrowKeyPair(algorithm);
  return { kid, algorithm, sign: privateKey, jwk: { ...jwk, kid, alg: algorithm, use: 'sig' } };
};

/** A clock that moves only when a test turns it. */
const createClock = () => {
  let now = Date.now();
  return {
    now: () => new Date(now),
    turn(seconds: number): void {
      now += seconds * 1000;
    },
  };
};

type Options = {
  readonly algorithm?: 'RS256' | 'ES256';
  /** The secret of an HS256 issuer, and its `kid`. */
  readonly secret?: { readonly kid: string; readonly text: string };
  readonly clock?: ReturnType<typeof createClock>;
  /** Does not answer until `comeBack`. */
  readonly isAway?: boolean;
};

/** An issuer with the feed of decision 0006, on its own port, until the test ends. A test can change its answers. */
export const startIssuer = async ({
  algorithm = 'RS256',
  secret,
  clock = createClock(),
  isAway = false,
}: Options = {}) => {
  const nowSeconds = (): number => Math.floor(clock.now().getTime() / 1000);
  const secretKey: Key | undefined = secret && {
    kid: secret.kid,
    algorithm: 'HS256',
    sign: Buffer.from(secret.text),
    jwk: { kty: 'oct' },
  };
  let current = secretKey ?? (await newKey('first', algorithm));
  let published: Key[] = secretKey ? [] : [current];
  let revoked: Revoked[] = [];
  let version = 0;
  let away = isAway;
  const requests: { readonly path: string; readonly prefer: string | undefined; readonly status?: number }[] = [];
  const waiting = new Map<ServerResponse, () => void>();

  const sign = (type: string, claims: object, key = current): Promise<string> =>
    new SignJWT({ ...claims }).setProtectedHeader({ alg: key.algorithm, typ: type, kid: key.kid }).sign(key.sign);
  const feedClaims = () => ({
    iss: url,
    sub: url,
    aud: url + paths.feed,
    iat: nowSeconds(),
    exp: nowSeconds() + 120,
    revoked,
  });

  const answerFeed = async (response: ServerResponse): Promise<void> => {
    // Read before the await: the ETag of a newer set than the body would hide the changes between the two.
    const ETag = `"${version}"`;
    const body = await sign('revocations+jwt', feedClaims());
    response.writeHead(200, { 'Content-Type': 'application/jwt', ETag }).end(body);
  };
  const json = (response: ServerResponse, body: object): void => {
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
  };
  const routes: Record<string, Route> = {
    [paths.metadata]: (_request, response) =>
      json(response, { issuer: url, jwks_uri: url + paths.keys, revocation_feed_uri: url + paths.feed }),
    [paths.keys]: (_request, response) => json(response, { keys: published.map(({ jwk }) => jwk) }),
    [paths.feed]: (request, response) => {
      if (request.headers['if-none-match'] !== `"${version}"`) return answerFeed(response);
      waiting.set(response, () => void answerFeed(response));
      response.on('close', () => waiting.delete(response));
    },
  };

  const server = createServer((request, response) => {
    const path = request.url ?? '';
    if (away) return void request.socket.destroy();
    requests.push({ path, prefer: request.headers.prefer?.toString() });
    void routes[path]?.(request, response);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const goodClaims = () => ({
    iss: url,
    sub: 'user-1',
    aud: 'shop',
    iat: nowSeconds(),
    exp: nowSeconds() + 1800,
    auth_time: nowSeconds(),
    jti: 'token-1',
    sid: 'session-1',
    type: 'access',
    role: 'user',
    username: 'ada',
    client_id: 'latchkey',
  });

  return {
    url,
    clock,
    nowSeconds,
    requests,
    routes,
    sign,
    feedClaims,
    goodClaims,
    /** A valid access token, except for these claims. */
    token: (changed: object = {}) => sign('at+jwt', { ...goodClaims(), ...changed }),
    countOf: (path: string): number => requests.filter((request) => request.path === path).length,
    /** The number of waiting polls. */
    waiting: (): number => waiting.size,
    /** Answers the waiting polls with 304, as at the end of their wait. */
    answerNothingNew(): void {
      for (const response of waiting.keys()) response.writeHead(304, { ETag: `"${version}"` }).end();
    },
    revoke(sid: string, before = nowSeconds()): void {
      revoked = [...revoked, { sid, before }];
      version += 1;
      for (const answer of waiting.values()) answer();
      waiting.clear();
    },
    /** Signs with a new key; the old one stays published unless `retire` is set. */
    async rotate({ retire = false, kid = 'second' } = {}): Promise<void> {
      current = await newKey(kid, algorithm);
      published = retire ? [current] : [...published, current];
    },
    publish(jwk: JWK): void {
      published = [{ ...current, jwk }, ...published];
    },
    goAway(): void {
      away = true;
      server.closeAllConnections();
    },
    comeBack(): void {
      away = false;
    },
  };
};

export type Issuer = Awaited<ReturnType<typeof startIssuer>>;
