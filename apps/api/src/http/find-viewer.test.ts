import BetterSqlite3 from 'better-sqlite3';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { expectProblem } from '../../testing/expect-problem.ts';
import { shareLatchkey } from '../../testing/start-latchkey.ts';

describe.each(engines)('an authenticated request on $name', (engine) => {
  const latchkey = shareLatchkey(engine);

  it('runs one statement, which does not ask for the hash, and prepares none', async () => {
    const { access_token } = await latchkey().person();
    await latchkey().me(access_token).expect(200);
    const prepare = vi.spyOn(BetterSqlite3.prototype, 'prepare');
    onTestFinished(() => prepare.mockRestore());
    const before = latchkey().statements.length;
    for (let time = 1; time <= 3; time++) await latchkey().me(access_token).expect(200);
    const statements = latchkey().statements.slice(before);
    expect(statements).toHaveLength(3);
    expect(new Set(statements).size).toBe(1);
    expect(statements[0]).not.toContain('password_hash');
    expect(prepare).not.toHaveBeenCalled();
  });

  it('is refused on the very next one after the account was disabled', async () => {
    const { access_token, id } = await latchkey().person();
    await latchkey().me(access_token).expect(200);
    await latchkey().disable(id);
    expectProblem(await latchkey().me(access_token), 'token_revoked');
  });

  it('sees what was changed a moment ago, not what the token says', async () => {
    const { access_token, id } = await latchkey().person();
    const { accounts, database, clock } = latchkey();
    await database.transaction((write) => accounts.update(write, id, { displayName: 'New' }, clock.now()));
    expect((await latchkey().me(access_token)).body.displayName).toBe('New');
  });

  it('with a wrong, a forged or no token reads nothing from the database', async () => {
    const { access_token } = await latchkey().person();
    const before = latchkey().statements.length;
    await latchkey().http.get('/api/accounts/me').expect(401);
    await latchkey().me('nonsense').expect(401);
    await latchkey()
      .me(`${access_token.slice(0, -8)}AAAAAAAA`)
      .expect(401);
    expect(latchkey().statements).toHaveLength(before);
  });
});
