import { describe, expect, it } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { bearer, startLatchkey } from '../../testing/start-latchkey.ts';

describe.each(engines)('refresh on $name', (engine) => {
  const refresh = (latchkey: Awaited<ReturnType<typeof startLatchkey>>, refresh_token: string) =>
    latchkey.http.post('/api/sessions/refresh').send({ refresh_token });

  it('fifty refreshes of one token at once all get the same successor', async () => {
    const latchkey = await startLatchkey(engine);
    const { refresh_token } = await latchkey.person();
    const answers = await Promise.all(Array.from({ length: 50 }, () => refresh(latchkey, refresh_token)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ body }) => body.refresh_token)).size).toBe(1);
    expect(answers[0]?.body.refresh_token).not.toBe(refresh_token);
  });

  it('a token spent more than ten seconds ago is reuse, and ends that session only', async () => {
    const latchkey = await startLatchkey(engine);
    const { username, password, refresh_token } = await latchkey.person();
    const elsewhere = await latchkey.http.post('/api/sessions/login').send({ username, password }).expect(200);
    const { body: next } = await refresh(latchkey, refresh_token).expect(200);
    latchkey.clock.turn(11);
    const reused = await refresh(latchkey, refresh_token).expect(401);
    expect(reused.body.code).toBe('refresh_reused');
    const after = await latchkey.http.get('/api/accounts/me').set(...bearer(next.access_token));
    expect(after.body.code).toBe('token_revoked');
    expect((await refresh(latchkey, next.refresh_token)).body.code).toBe('session_ended');
    await latchkey.http
      .get('/api/accounts/me')
      .set(...bearer(elsewhere.body.access_token))
      .expect(200);
  });
});
