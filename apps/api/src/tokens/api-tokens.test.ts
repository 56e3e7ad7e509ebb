import { eq } from 'drizzle-orm';
import type { Response } from 'supertest';
import { describe, expect, it } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { expectProblem } from '../../testing/expect-problem.ts';
import { sendSlowly } from '../../testing/raw-http.ts';
import { bearer, password, shareLatchkey } from '../../testing/start-latchkey.ts';

const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());

describe.each(engines)('API tokens on $name', (engine) => {
  const latchkey = shareLatchkey(engine);
  const issue = (token: string, body: object) =>
    latchkey()
      .http.post('/api/tokens')
      .set(...bearer(token))
      .send(body);
  const list = async (token: string) =>
    (
      await latchkey()
        .http.get('/api/tokens')
        .set(...bearer(token))
        .expect(200)
    ).body.tokens;
  const revoke = (token: string, id: string) =>
    latchkey()
      .http.delete(`/api/tokens/${id}`)
      .set(...bearer(token));

  it('an API token carries its user, audience, scope and lifetime', async () => {
    const { access_token, id, username } = await latchkey().person();
    const options = { name: 'the shop', audience: 'shop', scope: 'cart:read cart:write', expiresIn: 7200 };
    const { body } = await issue(access_token, options).expect(201);
    const claims = claimsOf(body.access_token);
    expect(claims).toMatchObject({ sub: id, username, aud: 'shop', scope: options.scope, jti: body.id, sid: body.id });
    expect(claims.exp - claims.iat).toBe(7200);
    expect(body).toMatchObject({ token_type: 'bearer', expires_in: 7200 });
    expect(await list(access_token)).toEqual([
      expect.objectContaining({ id: body.id, name: 'the shop', audience: 'shop', scope: options.scope, username }),
    ]);
  });

  it('an API token for Latchkey reads the account but creates no tokens; one for another service is refused', async () => {
    const { access_token } = await latchkey().person();
    const { body: own } = await issue(access_token, { name: 'own' }).expect(201);
    await latchkey().me(own.access_token).expect(200);
    expectProblem(await issue(own.access_token, { name: 'more' }), 'session_required');
    const { body: other } = await issue(access_token, { name: 'other', audience: 'shop' }).expect(201);
    expectProblem(await latchkey().me(other.access_token), 'token_invalid');
  });

  it('a revoked API token is refused on the next request and is not listed', async () => {
    const { access_token } = await latchkey().person();
    const { body } = await issue(access_token, { name: 'own' }).expect(201);
    await revoke(access_token, body.id).expect(204);
    expectProblem(await latchkey().me(body.access_token), 'token_revoked');
    expect(await list(access_token)).toEqual([]);
    expectProblem(await revoke(access_token, body.id), 'not_found');
  });

  it('`DELETE /api/tokens/:id` ends no user session, and `DELETE /api/sessions/:id` no API token', async () => {
    const { access_token, session } = await latchkey().person();
    const { body } = await issue(access_token, { name: 'own' }).expect(201);
    expectProblem(await revoke(access_token, session.id), 'not_found');
    const device = await latchkey()
      .http.delete(`/api/sessions/${body.id}`)
      .set(...bearer(access_token));
    expectProblem(device, 'not_found');
    await latchkey().me(body.access_token).expect(200);
  });

  it('an admin creates a token for another user; both see it, and either can revoke it', async () => {
    const admin = await latchkey().person({ role: 'admin' });
    const user = await latchkey().person();
    const { body } = await issue(admin.access_token, { name: 'for you', username: user.username }).expect(201);
    const { body: me } = await latchkey().me(body.access_token).expect(200);
    expect(me.id).toBe(user.id);
    expect(claimsOf(body.access_token).role).toBe('user');
    expect(await list(admin.access_token)).toHaveLength(1);
    expect(await list(user.access_token)).toHaveLength(1);
    await revoke(user.access_token, body.id).expect(204);
    expectProblem(await latchkey().me(body.access_token), 'token_revoked');
  });

  it('a token with your own user name requires no permission', async () => {
    const { access_token, username } = await latchkey().person();
    await issue(access_token, { name: 'own', username: username.toUpperCase() }).expect(201);
  });

  it('API tokens end when the password changes, when their user is disabled, and when they expire', async () => {
    const person = await latchkey().person();
    const { body: one } = await issue(person.access_token, { name: 'one' }).expect(201);
    const change = { currentPassword: password, newPassword: 'another long password' };
    await latchkey()
      .http.post('/api/passwords/change')
      .set(...bearer(person.access_token))
      .send(change)
      .expect(204);
    expectProblem(await latchkey().me(one.access_token), 'token_revoked');

    const { body: two } = await issue(person.access_token, { name: 'two' }).expect(201);
    await latchkey().disable(person.id);
    expectProblem(await latchkey().me(two.access_token), 'token_revoked');

    const other = await latchkey().person();
    const { body: three } = await issue(other.access_token, { name: 'three', expiresIn: 60 }).expect(201);
    latchkey().clock.turn(91);
    expectProblem(await latchkey().me(three.access_token), 'token_expired');
  });

  it.each([
    [{ name: '' }, 'name'],
    [{ name: 'x', expiresIn: 59 }, 'expiresIn'],
    [{ name: 'x', expiresIn: 31_536_001 }, 'expiresIn'],
    [{ name: 'x', scope: 'two  spaces' }, 'scope'],
    [{ name: 'x', audience: '' }, 'audience'],
  ])('%j is refused with the path of the field', async (body, path) => {
    const { access_token } = await latchkey().person();
    const problem = expectProblem(await issue(access_token, body), 'invalid_request');
    expect(problem.errors?.map((error) => error.path)).toEqual([path]);
  });

  it('a session that ends before the body has arrived creates no API token', async () => {
    const owner = await latchkey().person();
    const thief = await latchkey().openSessionOf(owner.id);
    const change = { currentPassword: password, newPassword: 'another long password' };
    const options = { name: 'for a year', expiresIn: 31_536_000 };
    const answer = await sendSlowly(latchkey(), 'POST /api/tokens', thief.access_token, options, () =>
      latchkey()
        .http.post('/api/passwords/change')
        .set(...bearer(owner.access_token))
        .send(change)
        .expect(204),
    );
    expect(answer).toMatch(/^HTTP\/1\.1 401 [\s\S]*token_revoked/);
    expect(await list(owner.access_token)).toEqual([]);
  });

  it.each([
    ['the issuer is demoted', 'permission_missing', { role: 'user' }],
    ['the issuer is disabled', 'token_revoked', { disabledAt: new Date() }],
  ] as const)('no API token is created if %s in the meantime', async (_, code, changed) => {
    const { database } = latchkey();
    const admin = await latchkey().person({ role: 'admin' });
    const user = await latchkey().person();
    const { users } = database.tables;
    let answer: PromiseLike<Response> | undefined;
    await database.transaction(async (write) => {
      await write.update(users).set(changed).where(eq(users.id, admin.id));
      const before = latchkey().statements.length;
      answer = issue(admin.access_token, { name: 'x', username: user.username }).then((answered) => answered);
      // Authentication, then the two reads of the accounts; the transaction that follows waits for this one.
      await expect.poll(() => latchkey().statements.length).toBeGreaterThanOrEqual(before + 3);
    });
    if (!answer) throw new Error('the request was not sent');
    expectProblem(await answer, code);
    expect(await list(user.access_token)).toEqual([]);
  });

  it('an API token takes the time and the methods of authentication from the session that issued it', async () => {
    const { access_token, session } = await latchkey().person();
    latchkey().clock.turn(60);
    const { body } = await issue(access_token, { name: 'kiosk' }).expect(201);
    const { authenticatedAt, methods } = session;
    expect(await latchkey().sessionOf(body.id)).toMatchObject({ kind: 'api_token', authenticatedAt, methods });
    expect(claimsOf(body.access_token).auth_time).toBe(Math.floor(authenticatedAt.getTime() / 1000));
  });

  it('of ten concurrent revocations one succeeds', async () => {
    const { access_token } = await latchkey().person();
    const { body } = await issue(access_token, { name: 'own' }).expect(201);
    const answers = await Promise.all(Array.from({ length: 10 }, () => revoke(access_token, body.id)));
    expect(answers.map(({ status }) => status).sort()).toEqual([204, ...Array(9).fill(404)]);
  });

  it('tokens created, revoked and deleted with their accounts at the same time cause no internal error', async () => {
    const [one, other] = [await latchkey().person({ role: 'admin' }), await latchkey().person({ role: 'admin' })];
    const create = async (issuer: typeof one, owner: typeof one): Promise<string> =>
      (await issue(issuer.access_token, { name: 'x', username: owner.username })).body.id;
    for (let round = 0; round < 6; round++) {
      const [a, b] = [await create(one, other), await create(other, one)];
      const plain = await latchkey().person();
      const answers = await Promise.all([
        revoke(one.access_token, a),
        revoke(other.access_token, b),
        revoke(one.access_token, b),
        revoke(other.access_token, a),
        issue(one.access_token, { name: 'y', username: plain.username }),
        latchkey()
          .http.delete('/api/accounts/me')
          .set(...bearer(plain.access_token))
          .send({ password }),
      ]);
      expect(answers.map(({ status }) => status).filter((status) => status >= 500)).toEqual([]);
    }
  });
});
