import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import supertest from 'supertest';
import { describe, expect, it, onTestFinished } from 'vitest';
import { listen } from './listen.ts';
import { webApp, wholeFiles } from './web-app.ts';

/** Serves a folder as the build leaves it; what the web app does not take is answered with 418. */
const serveFolder = async (files: Record<string, string>) => {
  // As in node_modules/.pnpm: a folder on the way may begin with a dot.
  const folder = join(mkdtempSync(join(tmpdir(), 'latchkey-')), '.hidden', 'dist');
  mkdirSync(join(folder, 'assets'), { recursive: true });
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  const app = express().use(wholeFiles, webApp(folder), (_request, response) => void response.status(418).end());
  const server = await listen(app, '127.0.0.1', 0);
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return supertest(server);
};

const built = { 'index.html': '<title>Latchkey</title>', 'assets/app-1a2b.js': 'start()', 'favicon.svg': '<svg/>' };
const asBrowser = { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

describe('the built web app', () => {
  it.each(['/', '/login', '/profile/', '/some/page?x=1', '/apiary'])('is the page at %s', async (path) => {
    const http = await serveFolder(built);
    const answer = await http.get(path).set(asBrowser).expect(200);
    expect(answer.text).toBe(built['index.html']);
    expect(answer.headers['cache-control']).toBe('no-cache');
  });

  it('keeps what has a hash in its name, and asks again for the rest', async () => {
    const http = await serveFolder(built);
    const script = await http.get('/assets/app-1a2b.js').expect(200);
    expect(script.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect((await http.get('/favicon.svg').expect(200)).headers['cache-control']).toBe('no-cache');
  });

  it.each([
    ['get', '/api/nothing', asBrowser],
    ['get', '/API/nothing', asBrowser],
    ['get', '/api', asBrowser],
    ['get', '/health/nothing', asBrowser],
    ['get', '/.well-known/nothing', asBrowser],
    ['post', '/login', asBrowser],
    ['get', '/login', { Accept: 'application/json' }],
    ['get', '/login', { Accept: '*/*' }],
    ['get', '/assets/gone-9z.js', { Accept: '*/*' }],
    ['get', '/..%2f..%2fetc/passwd', { Accept: '*/*' }],
  ] as const)('does not answer %s %s where no page is asked for', async (method, path, headers) => {
    const http = await serveFolder(built);
    await http[method](path).set(headers).expect(418);
  });

  it.each(['bytes=999999-', 'bytes=5-1', 'bytes=0-1,3-4', 'nonsense'])(
    'is whole, whatever part is asked for: %s',
    async (range) => {
      const http = await serveFolder(built);
      for (const path of ['/login', '/favicon.svg', '/assets/app-1a2b.js']) {
        await http.get(path).set(asBrowser).set('Range', range).expect(200);
      }
    },
  );

  it.each(['trace', 'options', 'post', 'propfind'] as const)(
    'is given for GET and HEAD only, not for %s',
    async (method) => {
      const http = await serveFolder(built);
      await http[method]('/').set(asBrowser).expect(418);
      await http[method]('/favicon.svg').set(asBrowser).expect(418);
    },
  );

  it('that was not built stands in nobody’s way', async () => {
    const http = await serveFolder({});
    await http.get('/').set(asBrowser).expect(418);
  });
});
