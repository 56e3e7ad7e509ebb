import { describe, expect, it } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { password, startLatchkey } from '../../testing/start-latchkey.ts';

describe.each(engines)('a new session on $name', (engine) => {
  const sessionAfterLogIn = async (settings: Record<string, string>, headers: Record<string, string>) => {
    const latchkey = await startLatchkey(engine, { settings });
    const { username } = await latchkey.person();
    const { body } = await latchkey.http
      .post('/api/sessions/login')
      .set(headers)
      .send({ username, password })
      .expect(200);
    const verdict = latchkey.services.refreshTokens.verify(body.refresh_token);
    if (verdict.status !== 'valid') throw new Error('no valid token');
    return latchkey.sessionOf(verdict.claims.sid);
  };

  it('stores the user agent and the address, and ignores headers that claim another address', async () => {
    const headers = { 'User-Agent': `Phone/1 ${'x'.repeat(500)}`, 'X-Forwarded-For': '198.51.100.7' };
    const session = await sessionAfterLogIn({}, headers);
    expect(session).toMatchObject({ address: '127.0.0.1', generation: 1, endedAt: null, endReason: null });
    expect(session).toMatchObject({ kind: 'sign_in', methods: ['pwd'], authenticatedAt: session?.createdAt });
    expect(session?.userAgent).toBe(headers['User-Agent'].slice(0, 400));
  });

  it('trusts as many proxies as configured, and no more', async () => {
    const headers = { 'X-Forwarded-For': '203.0.113.66, 198.51.100.7' };
    expect(await sessionAfterLogIn({ TRUST_PROXY: '1' }, headers)).toMatchObject({ address: '198.51.100.7' });
  });
});
