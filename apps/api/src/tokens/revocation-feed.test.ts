import { describe, expect, it } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { bearer, hasty, type Latchkey, password, startLatchkey } from '../../testing/start-latchkey.ts';
import { createTime } from '../../testing/time.ts';

const feed = (latchkey: Latchkey) => latchkey.http.get('/api/tokens/revocations');
const read = (jwt: string) => JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString());
const revokedIn = async (latchkey: Latchkey): Promise<string[]> => {
  const { body, text } = await feed(latchkey).buffer(true).expect(200);
  const jwt = text ?? (Buffer.isBuffer(body) ? body.toString() : '');
  return read(jwt).revoked.map(({ sid }: { sid: string }) => sid);
};

describe.each(engines)('the revocation feed on $name', (engine) => {
  it('tells of every way in which a session ends', async () => {
    const latchkey = await startLatchkey(engine, { settings: hasty });
    const { http } = latchkey;
    const out = await latchkey.person();
    await http.post('/api/sessions/logout').send({ refresh_token: out.refresh_token }).expect(204);

    const gone = await latchkey.person();
    await http
      .delete('/api/accounts/me')
      .set(...bearer(gone.access_token))
      .send({ password })
      .expect(204);

    const changed = await latchkey.person();
    const elsewhere = await latchkey.openSessionOf(changed.id);
    const change = { currentPassword: password, newPassword: 'another long password' };
    await http
      .post('/api/passwords/change')
      .set(...bearer(changed.access_token))
      .send(change)
      .expect(204);

    const named = await latchkey.person();
    const { body: token } = await http
      .post('/api/tokens')
      .set(...bearer(named.access_token))
      .send({ name: 'x', audience: 'shop' });
    await http
      .delete(`/api/tokens/${token.id}`)
      .set(...bearer(named.access_token))
      .expect(204);

    const untouched = await latchkey.person();
    const revoked = await revokedIn(latchkey);
    expect(new Set(revoked)).toEqual(new Set([out.session.id, gone.session.id, elsewhere.session.id, token.id]));
    expect(revoked).not.toContain(untouched.session.id);
  });

  it('forgets a session when the last of its tokens would be dead by itself', async () => {
    const latchkey = await startLatchkey(engine);
    const { refresh_token } = await latchkey.person();
    await latchkey.http.post('/api/sessions/logout').send({ refresh_token }).expect(204);
    expect(await revokedIn(latchkey)).toHaveLength(1);
    latchkey.clock.turn(30 * 60 + 61);
    expect(await revokedIn(latchkey)).toEqual([]);
  });

  it('tells of a session that is over whenever its tokens were signed, also a moment later', async () => {
    const latchkey = await startLatchkey(engine);
    const { id, session, username, refresh_token } = await latchkey.person();
    await latchkey.http.post('/api/sessions/logout').send({ refresh_token }).expect(204);
    latchkey.clock.turn(2);
    const user = { id, username, role: 'user' };
    const late = read(await latchkey.services.accessTokens.sign({ user, session }, latchkey.clock.now()));
    const { body, text } = await feed(latchkey).buffer(true);
    const [revoked] = read(text ?? body.toString()).revoked;
    expect(revoked.sid).toBe(session.id);
    expect(late.iat).toBeLessThanOrEqual(revoked.before);
  });

  it('a hundred who wait ask the database no more often than one', async () => {
    const time = createTime();
    const latchkey = await startLatchkey(engine, { time });
    const { headers } = await feed(latchkey);
    const waits = Array.from({ length: 100 }, async () =>
      feed(latchkey).set('If-None-Match', String(headers.etag)).set('Prefer', 'wait=1').expect(304),
    );
    // Each has a time of its own, and all wait for the same question.
    await expect.poll(time.sleeping).toBe(100 + 1);
    const before = latchkey.statements.length;
    for (let round = 1; round <= 3; round++) {
      time.pass(250);
      await expect.poll(time.sleeping).toBe(100 + 1);
      expect(latchkey.statements.length - before).toBe(round);
    }
    time.pass(250);
    await Promise.all(waits);
  });

  it('is signed by a published key, says what it is, and is not to be believed for long', async () => {
    const latchkey = await startLatchkey(engine);
    const { text, body, headers } = await feed(latchkey).buffer(true);
    const jwt = text ?? body.toString();
    expect(headers['content-type']).toMatch(/^application\/jwt/);
    const header = JSON.parse(Buffer.from(String(jwt.split('.')[0]), 'base64url').toString());
    expect(header).toEqual({ alg: 'RS256', typ: 'revocations+jwt', kid: latchkey.services.keys.current().id });
    const { iat, exp, iss } = read(jwt);
    expect({ iss, life: exp - iat }).toEqual({ iss: latchkey.config.publicUrl, life: 120 });
    expect(latchkey.services.accessTokens.verifyForAnyone(jwt)).toEqual({ status: 'invalid' });
  });

  it('who knows the newest edition waits, and learns what another process ends', async () => {
    const first = await startLatchkey(engine);
    const second = await startLatchkey(engine, { databaseUrl: first.databaseUrl, clock: first.clock });
    const { refresh_token, session } = await first.person();
    const { headers } = await feed(first);
    const etag = String(headers.etag);
    await feed(first).set('If-None-Match', etag).expect(304);

    const waiting = feed(first)
      .set('If-None-Match', etag)
      .set('Prefer', 'wait=20')
      .buffer(true)
      .then((answer) => answer);
    await second.http.post('/api/sessions/logout').send({ refresh_token }).expect(204);
    const { status, text, body } = await waiting;
    expect(status).toBe(200);
    expect(read(text ?? body.toString()).revoked).toEqual([{ sid: session.id, before: expect.any(Number) }]);
  });
});
