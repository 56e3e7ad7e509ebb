import { describe, expect, it } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { expectProblem } from '../../testing/expect-problem.ts';
import { bearer, password, shareLatchkey } from '../../testing/start-latchkey.ts';
import { deviceName } from '../client/device-name.ts';

describe('a device', () => {
  it.each([
    ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox 140', 'Linux'],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
      'Safari 18',
      'iOS 18',
    ],
    ['curl/8.5.0', null, null],
    ['', null, null],
    [null, null, null],
    ['x'.repeat(400), null, null],
    ['Your account is hacked. Call +1 555 0100 now/1 x', null, null],
    ['Mozilla/5.0 (Call 555 0100; Call us now) Gecko/20100101 Firefox/call-now', 'Firefox', null],
  ])('%s is named in words', (userAgent, browser, system) => {
    expect(deviceName(userAgent)).toEqual({ browser, system });
  });
});

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

  it('are listed with device, address and times, this one marked', async () => {
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

  it('one that its owner ends is out at the very next request, and is listed no more', async () => {
    const here = await latchkey().person();
    const there = await latchkey().openSessionOf(here.id);
    await end(here.access_token, there.session.id).expect(204);
    expectProblem(await latchkey().me(there.access_token), 'token_revoked');
    expect(await list(here.access_token)).toHaveLength(1);
    expectProblem(await end(here.access_token, there.session.id), 'not_found');
  });

  it("another person's is not there to be ended", async () => {
    const [one, other] = [await latchkey().person(), await latchkey().person()];
    expectProblem(await end(one.access_token, other.session.id), 'not_found');
    await latchkey().me(other.access_token).expect(200);
  });

  it('all others end, and this one stays', async () => {
    const here = await latchkey().person();
    const others = [await latchkey().openSessionOf(here.id), await latchkey().openSessionOf(here.id)];
    await latchkey()
      .http.delete('/api/sessions')
      .set(...bearer(here.access_token))
      .expect(204);
    for (const { access_token } of others) expectProblem(await latchkey().me(access_token), 'token_revoked');
    await latchkey().me(here.access_token).expect(200);
  });

  it('one that ended because its token was used twice stays to be seen, with the reason', async () => {
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
