import { describe, expect, it } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { expectProblem } from '../../testing/expect-problem.ts';
import { bearer, publicUrl, startLatchkey } from '../../testing/start-latchkey.ts';

const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());

describe.each(engines)('the audience of a token on $name', (engine) => {
  it.each([{}, { JWT_ALGORITHM: 'HS256' }])(
    'is different for each kind of token, with the settings %j',
    async (settings) => {
      const latchkey = await startLatchkey(engine, { settings });
      const { http } = latchkey;
      const login = await http
        .post('/api/sessions/login')
        .set('Origin', publicUrl)
        .send({ ...(await latchkey.credentials()), delivery: 'cookie' })
        .expect(200);
      const cookies = [login.headers['set-cookie'] ?? []].flat().join(';');
      const cookie = (name: string): string => new RegExp(`${name}[^=;]*=([^;]+)`).exec(cookies)?.[1] ?? '';
      const { text, body } = await http.get('/api/tokens/revocations').buffer(true).expect(200);
      const tokens = {
        access: login.body.access_token,
        refresh: cookie('latchkey_refresh'),
        device: cookie('latchkey_device'),
        feed: text ?? body.toString(),
      };
      const audiences = Object.fromEntries(Object.entries(tokens).map(([kind, token]) => [kind, claimsOf(token).aud]));
      expect(audiences).toEqual({
        access: 'latchkey',
        refresh: `${publicUrl}/api/sessions/refresh`,
        device: `${publicUrl}/api/sessions/login`,
        feed: `${publicUrl}/api/tokens/revocations`,
      });
      // Without a subject, a service could accept the public feed as the token of an anonymous user.
      expect(claimsOf(tokens.feed).sub).toBe(publicUrl);
    },
  );

  it('of an API token cannot be that of another kind', async () => {
    const latchkey = await startLatchkey(engine);
    const { access_token } = await latchkey.person();
    for (const path of ['/api/tokens/revocations', '/api/sessions/refresh', '/api/']) {
      const answer = await latchkey.http
        .post('/api/tokens')
        .set(...bearer(access_token))
        .send({ name: 'x', audience: `${publicUrl}${path}` });
      const { errors } = expectProblem(answer, 'invalid_request');
      expect(errors).toEqual([{ path: 'audience', code: 'reserved', message: expect.any(String) }]);
    }
  });
});
