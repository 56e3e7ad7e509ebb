import { describe, expect, it } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { expectProblem } from '../../testing/expect-problem.ts';
import { bearer, type Latchkey, restart, shareLatchkey, startLatchkey } from '../../testing/start-latchkey.ts';

const ask = ({ http }: Latchkey, token: string, query: Record<string, string> = {}) =>
  http
    .get('/api/tokens/forward-auth')
    .query(query)
    .set(...bearer(token));

describe.each(engines)('forward authentication on $name', (engine) => {
  const latchkey = shareLatchkey(engine);
  const apiToken = async (access_token: string, wanted: object): Promise<{ id: string; access_token: string }> =>
    (
      await latchkey()
        .http.post('/api/tokens')
        .set(...bearer(access_token))
        .send({ name: 'x', ...wanted })
        .expect(201)
    ).body;

  it('names the user in three headers', async () => {
    const { access_token, id, username } = await latchkey().person();
    const { headers, text } = await ask(latchkey(), access_token).expect(200);
    expect(headers).toMatchObject({ 'remote-user': username, 'remote-user-id': id, 'remote-groups': 'user' });
    expect(text).toBe('');
  });

  it('accepts a token for the requested audience only', async () => {
    const { access_token } = await latchkey().person();
    const shop = await apiToken(access_token, { audience: 'shop' });
    await ask(latchkey(), shop.access_token, { audience: 'shop' }).expect(200);
    for (const [token, query] of [
      [shop.access_token, {}],
      [shop.access_token, { audience: 'latchkey' }],
      [shop.access_token, { audience: 'Shop' }],
      [access_token, { audience: 'shop' }],
    ] as const) {
      const answer = await ask(latchkey(), token, query);
      expectProblem(answer, 'token_invalid');
      expect(answer.headers['www-authenticate']).toMatch(/^Bearer realm="latchkey", error="invalid_token"/);
      expect(answer.headers).not.toHaveProperty('remote-user');
    }
  });

  it('requires every requested scope', async () => {
    const { access_token } = await latchkey().person();
    const { access_token: token } = await apiToken(access_token, { scope: 'cart:read cart:write' });
    await ask(latchkey(), token, { scope: 'cart:write' }).expect(200);
    await ask(latchkey(), token, { scope: 'cart:write cart:read' }).expect(200);
    const refused = await ask(latchkey(), token, { scope: 'cart:read cart' });
    expectProblem(refused, 'insufficient_scope');
    expect(refused.headers['www-authenticate']).toBe(
      'Bearer realm="latchkey", error="insufficient_scope", error_description="The access token needs the scope cart:read cart."',
    );
    expectProblem(await ask(latchkey(), access_token, { scope: 'cart:read' }), 'insufficient_scope');
  });

  it('requires the role that the user has in the database, not in the token', async () => {
    const { access_token, id } = await latchkey().person();
    expectProblem(await ask(latchkey(), access_token, { role: 'admin' }), 'insufficient_scope');
    await latchkey().database.transaction((write) => latchkey().accounts.setRole(write, id, 'admin'));
    const { headers } = await ask(latchkey(), access_token, { role: 'admin' }).expect(200);
    expect(headers['remote-groups']).toBe('admin');
  });

  it('refuses a revoked token and the token of a disabled account on the next request', async () => {
    const person = await latchkey().person();
    const { id, access_token } = await apiToken(person.access_token, { audience: 'shop' });
    await ask(latchkey(), access_token, { audience: 'shop' }).expect(200);
    await latchkey()
      .http.delete(`/api/tokens/${id}`)
      .set(...bearer(person.access_token))
      .expect(204);
    expectProblem(await ask(latchkey(), access_token, { audience: 'shop' }), 'token_revoked');
    await latchkey().disable(person.id);
    expectProblem(await ask(latchkey(), person.access_token), 'token_revoked');
  });

  it.each([{ audiences: 'shop' }, { audience: '' }, { scope: 'a  b' }, { role: 'owner' }])(
    'refuses the misspelled query %j instead of ignoring it',
    async (query) => {
      const { access_token } = await latchkey().person();
      expectProblem(await ask(latchkey(), access_token, query), 'invalid_request');
    },
  );

  it('a flood of invalid tokens through a proxy leaves valid ones accepted', async () => {
    const flooded = await startLatchkey(engine, { settings: { RATE_LIMITS: 'on' } });
    await ask(flooded, 'nonsense').expect(401);
    const { transaction, tables } = flooded.database;
    await transaction(async (write) => void (await write.update(tables.rateLimits).set({ count: 100_000 })));
    // Another process, which has no allocation of its own.
    const other = await restart(flooded);
    expectProblem(await ask(other, 'nonsense'), 'too_many_attempts');
    await ask(other, (await other.person()).access_token).expect(200);
  });
});
