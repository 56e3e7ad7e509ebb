import BetterSqlite3 from 'better-sqlite3';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { expectProblem } from '../../testing/expect-problem.ts';
import { exchange, request, sendSlowly } from '../../testing/raw-http.ts';
import { bearer, shareLatchkey } from '../../testing/start-latchkey.ts';

describe.each(engines)('an authenticated request on $name', (engine) => {
  const latchkey = shareLatchkey(engine);

  it('runs one statement, which reads neither metadata nor the hash, and prepares none', async () => {
    const { access_token } = await latchkey().person();
    await latchkey().me(access_token).expect(200);
    const prepare = vi.spyOn(BetterSqlite3.prototype, 'prepare');
    onTestFinished(() => prepare.mockRestore());
    const before = latchkey().statements.length;
    for (let time = 1; time <= 3; time++) await latchkey().me(access_token).expect(200);
    const statements = latchkey().statements.slice(before);
    // For each request, one to authenticate and one for the profile.
    expect(statements).toHaveLength(6);
    expect(new Set(statements).size).toBe(2);
    for (const column of ['"metadata"', '"email_folded"', '"passwords"']) expect(statements[0]).not.toContain(column);
    for (const statement of statements) expect(statement).not.toContain('"hash"');
    expect(prepare).not.toHaveBeenCalled();
  });

  it('is refused after the account was disabled', async () => {
    const { access_token, id } = await latchkey().person();
    await latchkey().me(access_token).expect(200);
    await latchkey().disable(id);
    expectProblem(await latchkey().me(access_token), 'token_revoked');
  });

  it('returns the current data, not that of the token', async () => {
    const { access_token, id } = await latchkey().person();
    const { accounts, database, clock } = latchkey();
    await database.transaction((write) => accounts.update(write, id, { displayName: 'New' }, clock.now()));
    expect((await latchkey().me(access_token)).body.displayName).toBe('New');
  });

  it('with an invalid, forged or missing token reads nothing from the database', async () => {
    const { access_token } = await latchkey().person();
    const before = latchkey().statements.length;
    await latchkey().http.get('/api/accounts/me').expect(401);
    await latchkey().me('nonsense').expect(401);
    await latchkey()
      .me(`${access_token.slice(0, -8)}AAAAAAAA`)
      .expect(401);
    expect(latchkey().statements).toHaveLength(before);
  });

  it('with two Authorization headers has no token', async () => {
    const { access_token } = await latchkey().person();
    const good = `Authorization: Bearer ${access_token}`;
    const twice = [good, 'authorization: Bearer nonsense', 'Connection: close'];
    expect(await exchange(latchkey().port, request('/api/accounts/me', twice))).toContain('"token_missing"');
    expect(await exchange(latchkey().port, request('/api/accounts/me', [good, 'Connection: close']))).toContain(
      '200 OK',
    );
  });

  it.each([
    ['10 kB', 10_000, '"token_invalid"'],
    ['20 kB', 20_000, '"headers_too_large"'],
  ])('with a token of %s is refused', async (_size, length, code) => {
    const header = `Authorization: Bearer ${'x'.repeat(length)}`;
    expect(await exchange(latchkey().port, request('/api/accounts/me', [header, 'Connection: close']))).toContain(code);
  });

  it('with a token of 1 MB is cut off, and the next request works', async () => {
    const header = `Authorization: Bearer ${'x'.repeat(1_000_000)}`;
    // The answer may or may not arrive before the connection is closed.
    await exchange(latchkey().port, request('/api/accounts/me', [header])).catch(() => undefined);
    await latchkey()
      .me((await latchkey().person()).access_token)
      .expect(200);
  });

  it('changes nothing if the session ends before its body has arrived', async () => {
    const { access_token, id } = await latchkey().person();
    const answer = await sendSlowly(latchkey(), 'PATCH /api/accounts/me', access_token, { displayName: 'Eve' }, () =>
      latchkey()
        .http.post('/api/sessions/logout')
        .set(...bearer(access_token))
        .expect(204),
    );
    expect(answer).toMatch(/^HTTP\/1\.1 401 [\s\S]*token_revoked/);
    expect((await latchkey().accounts.findById(id))?.displayName).toBeNull();
  });
});
