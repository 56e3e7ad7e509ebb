import { addSeconds } from '../../../apps/api/src/clock.ts';
import type { Config } from '../../../apps/api/src/config.ts';
import { createServices } from '../../../apps/api/src/services.ts';
import { bearer, type Latchkey } from '../../../apps/api/testing/start-latchkey.ts';

const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
const decode = (part = ''): object => JSON.parse(Buffer.from(part, 'base64url').toString());

/** Tokens for the audience `shop`: valid ones by algorithm, and by what is wrong with them those that a service must refuse. */
export const makeTokens = async (latchkey: Latchkey) => {
  const { http, database, clock, config, services } = latchkey;
  const { id: userId, username, access_token, refresh_token } = await latchkey.person();
  const issue = async (audience: string): Promise<{ id: string; access_token: string }> =>
    (
      await http
        .post('/api/tokens')
        .set(...bearer(access_token))
        .send({ name: 'x', audience })
        .expect(201)
    ).body;
  const { id, access_token: valid } = await issue('shop');

  const now = clock.now();
  /** A token of the same session, signed by a Latchkey with another setting, or at another time. */
  const sign = async (changed: Partial<Config>, times: { createdAt?: Date; authenticatedAt?: Date } = {}) => {
    const { keys, accessTokens } = createServices({ ...config, ...changed }, database, clock.now, services);
    await keys.reload();
    const { createdAt = now, authenticatedAt = now } = times;
    const session = {
      id,
      createdAt,
      authenticatedAt,
      expiresAt: addSeconds(createdAt, 3600),
      audience: 'shop',
      scope: null,
    };
    return accessTokens.signApiToken(session, { id: userId, username, role: 'user' });
  };
  const [header, claims, signature] = valid.split('.');
  const feed = await http.get('/api/tokens/revocations').buffer(true);
  const refused = {
    'no token': undefined,
    'no JWT': 'nonsense',
    'a token for another audience': (await issue('blog')).access_token,
    'a token of another issuer': await sign({ publicUrl: 'https://elsewhere.example' }),
    'an expired token': await sign({}, { createdAt: addSeconds(now, -7200) }),
    'changed claims': `${header}.${encode({ ...decode(claims), role: 'admin' })}.${signature}`,
    'an unknown key': `${encode({ ...decode(header), kid: 'unknown' })}.${claims}.${signature}`,
    'alg none': `${encode({ ...decode(header), alg: 'none' })}.${claims}.`,
    'the revocation feed': feed.text ?? String(feed.body),
    'a refresh token': refresh_token,
  };
  /** The user signed in an hour ago. */
  const notFresh = await sign({}, { authenticatedAt: addSeconds(now, -3600) });
  // Last, because a change of the algorithm replaces the key of the tokens above.
  const es256 = await sign({ jwtAlgorithm: 'ES256' });
  await latchkey.reloadKeys();
  return {
    username,
    userId,
    accepted: { RS256: valid, ES256: es256 },
    refused,
    notFresh,
    revoke: () =>
      http
        .delete(`/api/tokens/${id}`)
        .set(...bearer(access_token))
        .expect(204),
  };
};
export type Tokens = Awaited<ReturnType<typeof makeTokens>>;
