import { describe, expect, it } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { expectProblem } from '../../testing/expect-problem.ts';
import { bearer, password, shareLatchkey } from '../../testing/start-latchkey.ts';

describe.each(engines)('sessions on $name', (engine) => {
  const latchkey = shareLatchkey(engine);
  const list = async (token: string) =>
    (
      await latchkey()
        .http.get('/api/sessions')
        .set(...bearer(token))
        .expect(200)
    ).body.sessions;
  const end = (token: string, id: string) =>
    latchkey()
      .http.delete(`/api/sessions/${id}`)
      .set(...bearer(token));

  it('are listed with browser, address and times; the current one is marked', async () => {
    const { username, access_token, session } = await latchkey().person();
    await latchkey()
      .http.post('/api/sessions/login')
      .set('User-Agent', 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0')
      .send({ username, password })
      .expect(200);
    const sessions = await list(access_token);
    expect(sessions).toHaveLength(2);
    expect(sessions).toContainEqual(
      expect.objectContaining({ browser: 'Firefox 140', system: 'Linux', address: '127.0.0.1', current: false }),
    );
    expect(sessions).toContainEqual(expect.objectContaining({ id: session.id, current: true, endedAt: null }));
  });

  it('one that its owner ends is refused on the next request and no longer listed', async () => {
    const here = await latchkey().person();
    const there = await latchkey().openSessionOf(here.id);
    await end(here.access_token, there.session.id).expect(204);
    expectProblem(await latchkey().me(there.access_token), 'token_revoked');
    expect(await list(here.access_token)).toHaveLength(1);
    expectProblem(await end(here.access_token, there.session.id), 'not_found');
  });

  it('one of another user cannot be ended', async () => {
    const [one, other] = [await latchkey().person(), await latchkey().person()];
    expectProblem(await end(one.access_token, other.session.id), 'not_found');
    await latchkey().me(other.access_token).expect(200);
  });

  it('all others end, and the current one stays', async () => {
    const here = await latchkey().person();
    const others = [await latchkey().openSessionOf(here.id), await latchkey().openSessionOf(here.id)];
    await latchkey()
      .http.delete('/api/sessions')
      .set(...bearer(here.access_token))
      .expect(204);
    for (const { access_token } of others) expectProblem(await latchkey().me(access_token), 'token_revoked');
    await latchkey().me(here.access_token).expect(200);
  });

  it('one that ended because of refresh token reuse stays listed, with the reason', async () => {
    const { id, refresh_token, session } = await latchkey().person();
    const refresh = (token: string) => latchkey().http.post('/api/sessions/refresh').send({ refresh_token: token });
    const { body: next } = await refresh(refresh_token).expect(200);
    await refresh(next.refresh_token).expect(200);
    expectProblem(await refresh(refresh_token), 'refresh_reused');
    const { access_token } = await latchkey().openSessionOf(id);
    expect(await list(access_token)).toContainEqual(
      expect.objectContaining({ id: session.id, endReason: 'refresh_reused', endedAt: expect.any(String) }),
    );
  });
});
