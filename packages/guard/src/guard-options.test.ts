import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { paths, startIssuer } from '../testing/start-issuer.ts';
import { startService } from '../testing/start-service.ts';
import { readOptions } from './guard-options.ts';
import { createGuard } from './require-auth.ts';

const good = { issuer: 'https://accounts.example', audience: 'shop' };

describe('the issuer', () => {
  it('may have a trailing slash', async () => {
    const issuer = await startIssuer();
    const service = await startService(issuer, { issuer: `${issuer.url}/` });
    expect(await service.codeFor(await issuer.token())).toBe('none');
    expect(service.faults).toEqual([]);
  });

  it.each(['https://accounts.example/', 'HTTPS://Accounts.Example', 'https://accounts.example:443'])(
    '%s is the same as https://accounts.example',
    (issuer) => {
      expect(readOptions({ ...good, issuer }).issuer).toBe('https://accounts.example');
    },
  );

  it.each([
    'accounts.example',
    'accounts:3000',
    'ftp://accounts.example',
    'https://accounts.example/login',
    'https://accounts.example?a=1',
    'https://ada:secret@accounts.example',
  ])('%s is a TypeError', (issuer) => {
    expect(() => createGuard({ ...good, issuer })).toThrow(TypeError);
  });

  it('gets requests at its own origin only, even if its metadata names another', async () => {
    for (const member of ['jwks_uri', 'revocation_feed_uri']) {
      const issuer = await startIssuer();
      const other = await startIssuer();
      issuer.routes[paths.metadata] = (_request, response) => {
        const named = { jwks_uri: issuer.url + paths.keys, revocation_feed_uri: issuer.url + paths.feed };
        response.end(JSON.stringify({ issuer: issuer.url, ...named, [member]: `${other.url}${paths.keys}` }));
      };
      const service = await startService(issuer);
      expect(await service.codeFor(await issuer.token())).toBe('unavailable');
      expect(service.faults).toEqual([expect.stringContaining('is not at')]);
      expect(other.requests).toEqual([]);
    }
  });

  it('gets no requests at a host whose name begins with its own', async () => {
    const issuer = await startIssuer();
    const name = 'http://accounts.example';
    issuer.routes[paths.metadata] = (_request, response) =>
      response.end(JSON.stringify({ issuer: name, jwks_uri: `${name}.evil.example${paths.keys}` }));
    const service = await startService(issuer, { issuer: name, reachAt: issuer.url });
    expect(await service.codeFor(await issuer.token({ iss: name }))).toBe('unavailable');
    expect(service.faults).toEqual([expect.stringContaining('is not at')]);
  });
});

describe('a fault', () => {
  const watchConsole = () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    onTestFinished(() => warn.mockRestore());
    return () => warn.mock.calls.map(([message]) => String(message));
  };

  it('is logged by default', async () => {
    const warnings = watchConsole();
    const issuer = await startIssuer();
    issuer.routes[paths.metadata] = (_request, response) =>
      response.end(JSON.stringify({ issuer: 'https://elsewhere.example', jwks_uri: issuer.url }));
    const guard = createGuard({ ...good, issuer: issuer.url });
    onTestFinished(guard.close);
    await expect.poll(() => issuer.countOf(paths.metadata), { timeout: 10_000 }).toBeGreaterThanOrEqual(2);
    expect(warnings()).toEqual([
      `@latchkey/guard: the issuer at ${issuer.url} calls itself https://elsewhere.example, not ${issuer.url}`,
    ]);
  });

  it('is logged once for each kind, and again after the issuer has answered', () => {
    const warnings = watchConsole();
    const { onFault } = readOptions(good);
    for (const [message, failures] of [
      ['away', 1],
      ['away', 2],
      ['slow', 3],
      ['away', 4],
      ['away', 1],
    ] as const) {
      onFault(new Error(message), failures);
    }
    expect(warnings()).toEqual(['away', 'slow', 'away'].map((message) => `@latchkey/guard: ${message}`));
  });

  it('is passed to `onFault`, if set, and not logged', async () => {
    const warnings = watchConsole();
    const issuer = await startIssuer({ isAway: true });
    const service = await startService(issuer);
    await expect.poll(() => service.faults.length, { timeout: 10_000 }).toBe(1);
    expect(service.faults[0]).toMatch(`${issuer.url}${paths.metadata} cannot be reached: `);
    expect(warnings()).toEqual([]);
  });
});
