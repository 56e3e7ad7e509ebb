import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { pages } from '@latchkey/contract/pages';
import express from 'express';
import supertest from 'supertest';
import { describe, expect, it, onTestFinished } from 'vitest';
import { listen } from './listen.ts';
import { ignoreRangeHeader, webApp } from './web-app.ts';

/** A folder like the output of a build. */
const writeBuild = (files: Record<string, string | Buffer>): string => {
  // A parent folder may begin with a dot, as node_modules/.pnpm does.
  const folder = join(mkdtempSync(join(tmpdir(), 'latchkey-')), '.hidden', 'dist');
  mkdirSync(join(folder, 'assets'), { recursive: true });
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  return folder;
};

/** Serves a build; requests that the web app passes on get 418. */
const serveFolder = async (folder: string) => {
  const app = express().use(
    ignoreRangeHeader,
    webApp(folder, { appName: 'Latchkey', isRegistrationOpen: true, hasMail: true, providers: [] }),
    (_request, response) => void response.status(418).end(),
  );
  const server = await listen(app, '127.0.0.1', 0);
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return supertest(server);
};
const serveBuild = (files: Record<string, string | Buffer>) => serveFolder(writeBuild(files));

const script = 'start(); '.repeat(200);
const built = {
  'index.html': '<title>Latchkey</title>',
  'assets/app-1a2b.js': script,
  'assets/app-1a2b.js.br': brotliCompressSync(script),
  'assets/app-1a2b.js.gz': gzipSync(script),
  'favicon.svg': '<svg/>',
};
const asBrowser = { Accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

describe('the built web app', () => {
  it.each([...Object.values(pages), '/profile/', '/LogIn', '/login?x=1'])('is the page at %s', async (path) => {
    const http = await serveBuild(built);
    for (const headers of [asBrowser, { Accept: '*/*' }, { Accept: 'text/*' }, {}]) {
      const answer = await http.get(path).set(headers).expect(200);
      expect(answer.text).toBe(built['index.html']);
      expect(answer.headers).toMatchObject({ 'cache-control': 'no-cache', 'content-type': 'text/html; charset=utf-8' });
      const { length } = built['index.html'];
      expect((await http.head(path).set(headers).expect(200)).headers['content-length']).toBe(String(length));
    }
  });

  it.each(['/some/page?x=1', '/apiary', '/login/x', '/assets/gone-9z.js', '/%'])(
    'is the page with status 404 for a browser at the unknown path %s',
    async (path) => {
      const http = await serveBuild(built);
      const answer = await http.get(path).set(asBrowser).expect(404);
      expect(answer.text).toBe(built['index.html']);
      expect(answer.headers['cache-control']).toBe('no-cache');
      await http.head(path).set(asBrowser).expect(404);
    },
  );

  it('stays the build that the server started with, even if the next build removes and writes files', async () => {
    const folder = writeBuild(built);
    const http = await serveFolder(folder);
    rmSync(folder, { recursive: true });
    expect((await http.get('/assets/app-1a2b.js').expect(200)).text).toBe(script);
    expect((await http.get('/login').expect(200)).text).toBe(built['index.html']);
    mkdirSync(join(folder, 'assets'), { recursive: true });
    writeFileSync(join(folder, 'index.html'), 'the next build');
    writeFileSync(join(folder, 'assets/app-3c4d.js'), 'the next build');
    expect((await http.get('/').expect(200)).text).toBe(built['index.html']);
    await http.get('/assets/app-3c4d.js').expect(418);
    expect((await (await serveFolder(folder)).get('/').expect(200)).text).toBe('the next build');
  });

  it.each([
    ['gzip, deflate, br', 'br'],
    ['gzip', 'gzip'],
    ['gzip, br;q=0', 'gzip'],
    ['identity', undefined],
    ['', undefined],
  ])('for the Accept-Encoding "%s" is sent as %s', async (accepted, encoding) => {
    const http = await serveBuild(built);
    const answer = await http.get('/assets/app-1a2b.js').set('Accept-Encoding', accepted).expect(200);
    expect(answer.headers['content-encoding']).toBe(encoding);
    expect(answer.headers.vary).toBe('Accept-Encoding');
    expect(answer.headers['content-type']).toBe('text/javascript; charset=utf-8');
    if (encoding !== 'br') expect(answer.text).toBe(script);
  });

  it('leads password managers to the form for a new password', async () => {
    const http = await serveBuild(built);
    const answer = await http.get('/.well-known/change-password').expect(302);
    expect(answer.headers.location).toBe(pages.password);
  });

  it('is 304 for a browser that has it', async () => {
    const http = await serveBuild(built);
    const { etag = '' } = (await http.get('/login').expect(200)).headers;
    for (const path of ['/login', '/', '/profile']) await http.get(path).set('If-None-Match', etag).expect(304);
    await http.get('/login').set('If-None-Match', 'W/"another"').expect(200);
    await http.get('/favicon.svg').set('If-None-Match', etag).expect(200);
  });

  it('lets browsers cache hashed files and revalidate the rest', async () => {
    const http = await serveBuild(built);
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
    ['get', '/login', { Accept: 'text/html;q=0, application/json' }],
    ['get', '/nothing', { Accept: '*/*' }],
    ['get', '/index.html.br', { Accept: '*/*' }],
    ['get', '/assets/app-1a2b.js.gz', { Accept: '*/*' }],
    ['get', '/assets', { Accept: '*/*' }],
    ['get', '//assets/app-1a2b.js', { Accept: '*/*' }],
    ['get', '/assets/gone-9z.js', { Accept: '*/*' }],
    ['get', '/..%2f..%2fetc/passwd', { Accept: '*/*' }],
  ] as const)('passes on %s %s, which requests no page', async (method, path, headers) => {
    const http = await serveBuild(built);
    await http[method](path).set(headers).expect(418);
  });

  it.each(['bytes=999999-', 'bytes=5-1', 'bytes=0-1,3-4', 'nonsense'])('ignores the range %s', async (range) => {
    const http = await serveBuild(built);
    for (const path of ['/login', '/favicon.svg', '/assets/app-1a2b.js']) {
      await http.get(path).set(asBrowser).set('Range', range).expect(200);
    }
  });

  it.each(['trace', 'options', 'post', 'propfind'] as const)(
    'is served for GET and HEAD only, not for %s',
    async (method) => {
      const http = await serveBuild(built);
      await http[method]('/').set(asBrowser).expect(418);
      await http[method]('/favicon.svg').set(asBrowser).expect(418);
    },
  );

  it('passes every request on if there is no build', async () => {
    const http = await serveBuild({});
    await http.get('/').set(asBrowser).expect(418);
  });
});
