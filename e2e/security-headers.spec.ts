import { expect, test } from './fixtures.ts';

const pages = [
  '/',
  '/login',
  '/register',
  '/profile',
  '/password',
  '/devices',
  '/activity',
  '/tokens',
  '/inspector',
  '/goodbye',
  '/no/such/page',
  '/api/docs',
];
const statusOf = (path: string): number => (path === '/no/such/page' ? 404 : 200);
/** Documents for services and other origins: keys, metadata, revocations. */
const isPublic = (path: string): boolean => path.startsWith('/.well-known/') || path === '/api/tokens/revocations';
const asPage = { headers: { accept: 'text/html' } };

test('no page has an inline script or style, and its policy allows none', async ({ request }) => {
  for (const path of pages) {
    const answer = await request.get(path, asPage);
    expect(answer.status(), path).toBe(statusOf(path));
    const text = await answer.text();
    expect(text, path).not.toMatch(/<style|\sstyle=|\son[a-z]+=|javascript:|<base|<script(?! [^>]*src="\/[^/])/i);
    const policy = answer.headers()['content-security-policy'];
    expect(policy, path).toMatch(/^default-src 'none';script-src 'self';style-src 'self';/);
    expect(policy, path).not.toMatch(/unsafe|nonce|\*|http/);
  }
});

test('pages, files and documents have strict headers', async ({ request }) => {
  const index = await (await request.get('/', asPage)).text();
  const files = [...index.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path = '']) => path);
  expect(files.length).toBeGreaterThan(3);
  for (const [path, status] of [
    ...pages.map((path) => [path, statusOf(path)] as const),
    ...files.map((path) => [path, 200] as const),
    ['/api/docs/swagger-ui.css', 200],
    ['/api/docs/swagger-ui-bundle.js', 200],
    ['/api/docs/start.js', 200],
    ['/api/openapi.json', 200],
    ['/api/tokens/revocations', 200],
    ['/.well-known/jwks.json', 200],
    ['/.well-known/openid-configuration', 200],
    ['/health/ready', 200],
    ['/assets/gone.js', 404],
  ] as const) {
    const answer = await request.get(path, pages.includes(path) ? asPage : {});
    expect(answer.status(), path).toBe(status);
    expect(answer.headers(), path).toMatchObject({
      'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
      'permissions-policy': expect.stringContaining('camera=()'),
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': isPublic(path) ? 'cross-origin' : 'same-origin',
      'origin-agent-cluster': '?1',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    });
    for (const name of ['server', 'x-powered-by']) expect(answer.headers(), path).not.toHaveProperty(name);
    expect(answer.headers()['access-control-allow-origin'], path).toBe(isPublic(path) ? '*' : undefined);
  }
});

test('a page cannot use features that it never needs, even with the user’s permission', async ({ context }) => {
  await context.grantPermissions(['geolocation', 'clipboard-read', 'clipboard-write']);
  await context.setGeolocation({ latitude: 0, longitude: 0 });
  // Not the `page` fixture, which fails on the browser's warnings.
  const page = await context.newPage();
  await page.goto('/login');
  const answers = await page.evaluate(async () => {
    const outcome = (work: Promise<unknown>): Promise<string> =>
      work.then(
        () => 'granted',
        ({ message }: Error) => (message.includes('permissions policy') ? 'refused' : message),
      );
    return {
      place: await outcome(new Promise((resolve, reject) => navigator.geolocation.getCurrentPosition(resolve, reject))),
      reading: await outcome(navigator.clipboard.readText()),
      copying: await outcome(navigator.clipboard.writeText('copied')),
    };
  });
  expect(answers).toEqual({ place: 'refused', reading: 'refused', copying: 'granted' });
});
