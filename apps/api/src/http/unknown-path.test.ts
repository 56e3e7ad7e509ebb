import { endpoints } from '@latchkey/contract/endpoints';
import { describe, expect, it } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { expectProblem } from '../../testing/expect-problem.ts';
import { bearer, shareLatchkey } from '../../testing/start-latchkey.ts';

/** `DELETE /api/sessions/login` exists, too: it names the session with the id `login`. */
const isServedAsParameter = (method: string, path: string): boolean =>
  endpoints.some(
    (endpoint) =>
      endpoint.method === method.toUpperCase() && new RegExp(`^${endpoint.path.replace(/:\w+/g, '[^/]+')}$`).test(path),
  );

describe.each(engines)('a path on $name', (engine) => {
  const latchkey = shareLatchkey(engine);

  it.each([
    '/',
    '/api',
    '/api/',
    '/api/nothing',
    '/api/accounts',
    '/api/accounts/me/',
    '/api/Accounts/me',
    '/API/accounts/me',
    '/health',
    '/Health/live',
    '/index.html',
  ])('%s is a 404 in JSON', async (path) => {
    expectProblem(await latchkey().http.get(path).set('Accept', 'text/html'), 'not_found');
  });

  it.each([...Map.groupBy(endpoints, ({ path }) => path)].map(([path, served]) => [path, served] as const))(
    '%s answers another method with 405 and its own methods',
    async (path, served) => {
      const methods = served.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
      for (const method of ['get', 'post', 'put', 'patch', 'delete'] as const) {
        if (methods.includes(method.toUpperCase()) || isServedAsParameter(method, path)) continue;
        const answer = await latchkey().http[method](path);
        if (served.some(({ failures }) => failures === 'oauth')) {
          expect(answer).toMatchObject({ status: 405, body: { error: 'invalid_request' } });
        } else expectProblem(answer, 'method_not_allowed');
        expect(answer.headers.allow?.split(', ').sort()).toEqual([...methods].sort());
      }
    },
  );

  it('answers HEAD like GET, without the body', async () => {
    const { access_token } = await latchkey().person();
    const answer = await latchkey()
      .http.head('/api/accounts/me')
      .set(...bearer(access_token))
      .expect(200);
    const { headers, text } = await latchkey().me(access_token);
    expect(answer.text).toBeUndefined();
    expect(answer.headers['content-length']).toBe(String(Buffer.byteLength(text)));
    expect(answer.headers['content-type']).toBe(headers['content-type']);
    expect((await latchkey().http.head('/api/accounts/me')).status).toBe(401);
    expect((await latchkey().http.head('/api/sessions/login')).status).toBe(405);
  });

  it('ignores an unexpected query', async () => {
    const { access_token } = await latchkey().person();
    await latchkey()
      .http.get('/api/accounts/me?a=1&a=2&__proto__[x]=1')
      .set(...bearer(access_token))
      .expect(200);
  });
});
