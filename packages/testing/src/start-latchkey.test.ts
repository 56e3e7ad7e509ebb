import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { startLatchkey as start } from './start-latchkey.ts';

const startLatchkey: typeof start = async (options) => {
  const latchkey = await start(options);
  onTestFinished(latchkey.stop);
  return latchkey;
};

const statusOf = async (url: string, accessToken: string): Promise<number> =>
  (await fetch(`${url}/api/accounts/me`, { headers: { Authorization: `Bearer ${accessToken}` } })).status;

const claimsOf = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));

describe('startLatchkey', () => {
  it('starts a Latchkey with these settings, which is the issuer of its tokens', async () => {
    const { url, createUser } = await startLatchkey({ settings: { JWT_AUDIENCE: 'accounts', ACCESS_TOKEN_TTL: '5m' } });
    const { id, username, accessToken } = await createUser({ role: 'admin' });
    const { iat, exp, ...claims } = claimsOf(accessToken);
    expect(claims).toMatchObject({ iss: url, aud: 'accounts', sub: id, username, role: 'admin' });
    expect(Number(exp) - Number(iat)).toBe(300);
    expect(await statusOf(url, accessToken)).toBe(200);
  });

  it('creates users that can sign in with their password', async () => {
    const { url, createUser } = await startLatchkey();
    const { username, password } = await createUser({ username: 'ada' });
    const answer = await fetch(`${url}/api/sessions/login`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ username, password, delivery: 'body' }),
    });
    expect(await answer.json()).toMatchObject({ user: { username: 'ada' }, refresh_token: expect.any(String) });
  });

  it('creates tokens for a service, with a scope and a lifetime', async () => {
    const { createUser, createToken } = await startLatchkey();
    const user = await createUser();
    const token = await createToken(user, { audience: 'shop', scope: 'cart:read', expiresInSeconds: 60 });
    const { iat, exp, ...claims } = claimsOf(token);
    expect(claims).toMatchObject({ aud: 'shop', scope: 'cart:read', sub: user.id });
    expect(Number(exp) - Number(iat)).toBe(60);
  });

  it('lets a test turn the clock: tokens expire, and another sign-in has a later auth_time', async () => {
    const { url, clock, createUser, signIn } = await startLatchkey();
    const user = await createUser();
    clock.turn(3600);
    expect(await statusOf(url, user.accessToken)).toBe(401);
    const again = await signIn(user);
    expect(await statusOf(url, again.accessToken)).toBe(200);
    const [before, after] = [user, again].map(({ accessToken }) => Number(claimsOf(accessToken).auth_time));
    expect(after).toBeGreaterThanOrEqual(Number(before) + 3600);
    expect(() => clock.turn(-1)).toThrow('seconds: a number from 0');
  });

  it('answers waiting requests for the revocation feed when the clock is turned', async () => {
    const { url, clock } = await startLatchkey();
    const feed = `${url}/api/tokens/revocations`;
    const etag = (await fetch(feed)).headers.get('etag') ?? '';
    let answered = false;
    const waiting = fetch(feed, { headers: { 'If-None-Match': etag, Prefer: 'wait=25' } }).finally(() => {
      answered = true;
    });
    // The first turns may come before the request.
    const turnUntilAnswered = expect.poll(() => {
      clock.turn(1);
      return answered;
    });
    await turnUntilAnswered.toBe(true);
    expect((await waiting).status).toBe(304);
  });

  it('ends the session of a token', async () => {
    const { url, createUser, revoke } = await startLatchkey();
    const { accessToken } = await createUser();
    await revoke(accessToken);
    expect(await statusOf(url, accessToken)).toBe(401);
  });

  it('removes its database when it stops', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'testing-'));
    vi.stubEnv('TMPDIR', folder);
    onTestFinished(() => void vi.unstubAllEnvs());
    const latchkey = await start();
    expect(readdirSync(folder)).toHaveLength(1);
    await latchkey.stop();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('refuses a wrong setting with the sentence of the server', async () => {
    await expect(start({ settings: { JWT_ALGORITHM: 'none' } })).rejects.toThrow('JWT_ALGORITHM is "none"');
  });

  it('fails if the port is in use', async () => {
    const { url } = await startLatchkey();
    await expect(start({ port: Number(new URL(url).port) })).rejects.toThrow(/^Port \d+ is in use/);
  });
});

it('the example of the README passes', async () => {
  const file = fileURLToPath(new URL('../example/cart.test.ts', import.meta.url));
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  expect(readme).toContain(`\`\`\`ts\n${readFileSync(file, 'utf8')}\`\`\``);
  const { stdout } = await promisify(execFile)(process.execPath, ['--test', '--test-reporter', 'tap', file]);
  expect(stdout).toContain('# pass 3');
});
