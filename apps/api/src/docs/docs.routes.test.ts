import { register } from '@latchkey/contract/accounts';
import type { Endpoint } from '@latchkey/contract/endpoint';
import { operations } from '@latchkey/contract/endpoints';
import { describe, expect, it } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { bearer, fromOwnPage, shareLatchkey } from '../../testing/start-latchkey.ts';

describe('the documentation page', () => {
  const latchkey = shareLatchkey(engines[0]);

  it('loads nothing from other origins, and has no inline script or style', async () => {
    const { text, headers } = await latchkey().http.get('/api/docs').expect(200);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(text).not.toMatch(/https?:|<script>|<style|style=|onload=/);
    const addresses = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address ?? '');
    expect(addresses).toEqual([
      'data:,',
      '/api/docs/swagger-ui.css',
      '/api/docs/swagger-ui-bundle.js',
      '/api/docs/start.js',
    ]);
  });

  it.each([
    ['/api/docs/swagger-ui.css', 'text/css; charset=utf-8', '.swagger-ui'],
    ['/api/docs/swagger-ui-bundle.js', 'text/javascript; charset=utf-8', 'SwaggerUIBundle'],
    ['/api/docs/start.js', 'text/javascript; charset=utf-8', '/api/openapi.json'],
  ])('%s is served', async (path, type, content) => {
    const { text, headers } = await latchkey().http.get(path).expect(200);
    expect(headers).toMatchObject({ 'content-type': type, 'cache-control': 'no-store' });
    expect(text).toContain(content);
  });

  const withBody = Object.values<Endpoint>(operations).filter(({ body }) => body);
  // These need a mail server, a token from a message, an app, or a provider.
  const unmet: ReadonlySet<string> = new Set([
    'mail_not_configured',
    'token_spent',
    'invalid_client',
    'invalid_authorization_request',
    'provider_unavailable',
    'device_code_unknown',
  ]);
  const needsMore = ({ problems }: Endpoint) => problems.some((code) => unmet.has(code));

  it.each(withBody.filter((endpoint) => !needsMore(endpoint)))(
    'the example of $method $path works as it is',
    async (endpoint) => {
      const { http, accounts, database } = latchkey();
      const { method, path, encoding = 'json', example, status } = endpoint;
      const verb = method.toLowerCase() as 'post' | 'patch' | 'delete';
      const request = http[verb](path).type(encoding).set(fromOwnPage);
      if (path !== register.path) {
        const { body, headers } = await http
          .post(register.path)
          .set(fromOwnPage)
          .send({ ...register.example, delivery: 'cookie' })
          .expect(register.status);
        const role = endpoint.permission ? 'admin' : 'user';
        await database.transaction((write) => accounts.setRole(write, body.user.id, role));
        const cookies = [headers['set-cookie'] ?? []].flat().map((cookie) => cookie.split(';')[0]);
        request.set(...bearer(body.access_token)).set('Cookie', cookies.join('; '));
      }
      await request.send(example).expect(status);
      const left = await accounts.findByUsername(register.example.username);
      if (left) await database.transaction((write) => accounts.remove(write, left.id));
    },
  );

  it('serves no other file of the package', async () => {
    await latchkey().http.get('/api/docs/package.json').expect(404);
    await latchkey().http.get('/api/docs/..%2fpackage.json').expect(404);
  });
});
