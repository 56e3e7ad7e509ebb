import { describe, expect, it } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { expectProblem } from '../../testing/expect-problem.ts';
import { runCommand } from '../../testing/run-command.ts';
import { bearer, freshName, password, shareLatchkey } from '../../testing/start-latchkey.ts';

describe.each(engines)('pnpm users on $name', (engine) => {
  const latchkey = shareLatchkey(engine);
  const run = (...words: readonly string[]): Promise<string> => runCommand(latchkey().services, 'users', ...words);
  const feed = async (): Promise<{ sid: string; before: number }[]> => {
    const { text, body } = await latchkey().http.get('/api/tokens/revocations').buffer(true);
    const [, claims = ''] = (text ?? body.toString()).split('.');
    return JSON.parse(Buffer.from(claims, 'base64url').toString()).revoked;
  };
  const revoked = async (): Promise<string[]> => (await feed()).map(({ sid }) => sid);
  const revokedBefore = async (id: string) => (await feed()).find(({ sid }) => sid === id)?.before;

  it('creates the first admin, who signs in with the password that is shown once', async () => {
    const username = freshName();
    const output = await run('create', username, '--admin');
    const [, generated] = /once\): (\S+)$/.exec(output) ?? [];
    const { body } = await latchkey()
      .http.post('/api/sessions/login')
      .send({ username, password: generated })
      .expect(200);
    expect(body.user.role).toBe('admin');
    expect(await run('list', '--name', username)).toMatch(new RegExp(`^${username} +admin`, 'm'));
    await expect(run('create', username.toUpperCase())).rejects.toThrow(/is taken/);
    await expect(run('create', 'a')).rejects.toThrow(/at least 3 characters/);
  });

  it('a promotion takes effect on the next request, ends no session, and is published to services', async () => {
    const { username, access_token, session } = await latchkey().person();
    const issue = () =>
      latchkey()
        .http.post('/api/tokens')
        .set(...bearer(access_token))
        .send({ name: 'x', username: 'somebody-else' });
    expectProblem(await issue(), 'permission_missing');
    await run('promote', username);
    expectProblem(await issue(), 'user_not_found');
    expect(await revoked()).toContain(session.id);
    await run('demote', username);
    expectProblem(await issue(), 'permission_missing');
  });

  it.each(['demote', 'promote', 'disable'])(
    '%s covers every token that was signed while it waited for the account',
    async (name) => {
      await latchkey().person({ role: 'admin' });
      const { id, username, session } = await latchkey().person({ role: name === 'promote' ? 'user' : 'admin' });
      const { database, clock } = latchkey();
      const { accounts, accessTokens } = latchkey().services;
      const { promise: released, resolve: release } = Promise.withResolvers<void>();
      const { promise: isHeld, resolve: held } = Promise.withResolvers<void>();
      const holding = database.transaction(async (write) => {
        await accounts.lockEnabled(write, id);
        held();
        await released;
      });
      await isHeld;
      const running = run(name, username);
      // Longer than a token lives: what ended then must be told from when it ended.
      clock.turn(3600);
      const user = { id, username, role: 'admin' };
      const token = await accessTokens.sign({ user, session }, clock.now());
      const { iat } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
      release();
      await Promise.all([holding, running]);
      expect(await revokedBefore(session.id)).toBeGreaterThanOrEqual(iat);
    },
  );

  it('a demotion ends the API tokens that the user created as an admin', async () => {
    const admin = await latchkey().person({ role: 'admin' });
    const user = await latchkey().person();
    const { body } = await latchkey()
      .http.post('/api/tokens')
      .set(...bearer(admin.access_token))
      .send({ name: 'x', username: user.username, expiresIn: 31_536_000 })
      .expect(201);
    await latchkey().me(body.access_token).expect(200);
    await run('demote', admin.username);
    expectProblem(await latchkey().me(body.access_token), 'token_revoked');
    expect(await revoked()).toContain(body.id);
    await latchkey().me(admin.access_token).expect(200);
  });

  it('disabling a user ends every session at the next request; enabling restores none', async () => {
    const { username, access_token, refresh_token, session } = await latchkey().person();
    expect(await run('disable', username)).toMatch(/ended 1 session or API token/);
    expectProblem(await latchkey().me(access_token), 'token_revoked');
    expectProblem(await latchkey().http.post('/api/sessions/refresh').send({ refresh_token }), 'session_ended');
    expect(await revoked()).toContain(session.id);
    await run('enable', username);
    expectProblem(await latchkey().me(access_token), 'token_revoked');
  });

  it('a reset password replaces the old one, ends sessions and API tokens, and is recorded', async () => {
    const { id, username, access_token } = await latchkey().person({ pendingEmail: 'stranger@example.com' });
    const issued = await latchkey()
      .http.post('/api/tokens')
      .set(...bearer(access_token))
      .send({ name: 'x' })
      .expect(201);
    const output = await run('reset-password', username);
    expect(output).toContain('ended 2 sessions and API tokens');
    for (const token of [access_token, issued.body.access_token]) {
      expectProblem(await latchkey().me(token), 'token_revoked');
    }
    const logIn = (word: string) => latchkey().http.post('/api/sessions/login').send({ username, password: word });
    expectProblem(await logIn(password), 'invalid_credentials');
    const [, newPassword = ''] = /once\): (\S+)$/m.exec(output) ?? [];
    await logIn(newPassword).expect(200);
    expect((await latchkey().accounts.findById(id))?.pendingEmail).toBeNull();
    const events = await latchkey().services.events.list(id, undefined, 10);
    expect(events).toContainEqual(
      expect.objectContaining({ kind: 'password_reset', actor: 'operator', actorId: null }),
    );
  });

  it('a sign-in that checked the old password during the reset opens no session', async () => {
    const { username } = await latchkey().person();
    latchkey().beforeNextComparison(() => run('reset-password', username));
    const answer = await latchkey().http.post('/api/sessions/login').send({ username, password });
    expectProblem(answer, 'invalid_credentials');
  });

  it('a deleted account is gone, and services refuse its tokens', async () => {
    const { username, access_token, session } = await latchkey().person();
    await run('delete', username, '--now');
    expectProblem(await latchkey().me(access_token), 'token_revoked');
    expect(await revoked()).toContain(session.id);
    await expect(run('activity', username)).rejects.toThrow(/There is no user/);
  });

  it('lists users in pages by name, role and state, and reads only what it prints', async () => {
    const part = freshName().replaceAll('-', '_');
    const names = ['a', 'b', 'c', 'd'].map((letter) => `${letter}_${part.slice(0, 20)}`);
    for (const name of names) await run('create', name, ...(name.startsWith('b') ? ['--admin'] : []));
    const [, second = '', third = ''] = names;
    await run('disable', third);
    const listed = async (...words: readonly string[]): Promise<string[]> => {
      const before = latchkey().statements.length;
      const output = await run('list', '--name', part.slice(0, 20).toUpperCase(), ...words);
      expect(latchkey().statements.slice(before).join()).not.toMatch(/metadata|email/);
      return output.split('\n').slice(1);
    };
    const namesIn = (lines: readonly string[]) => lines.map((line) => line.split(' ')[0]);
    expect(namesIn(await listed())).toEqual(names);
    expect(namesIn(await listed('--role', 'admin'))).toEqual([second]);
    expect(namesIn(await listed('--state', 'disabled'))).toEqual([third]);
    const firstPage = await listed('--limit', '2');
    expect(namesIn(firstPage.slice(0, 2))).toEqual(names.slice(0, 2));
    const [, next = ''] = /^More users: pnpm users (list .*)$/.exec(firstPage.at(-1) ?? '') ?? [];
    expect(namesIn((await run(...next.split(' '))).split('\n').slice(1))).toEqual(names.slice(2));
    // A `_` in a name is no wildcard.
    expect(await run('list', '--name', part.replace('_', 'x'))).toBe('No users found.');
  });

  it('output has no control characters', async () => {
    const { id, username } = await latchkey().person();
    const { record, transaction } = latchkey().services;
    const name = 'red \u001b[31m and \u009b31m and \u202e round\nnew line';
    await transaction((write) => record(write, { userId: id, kind: 'token_issued', detail: { name } }));
    const output = await run('activity', username);
    expect(output).toContain('red \ufffd[31m and \ufffd31m and \ufffd round\ufffdnew line');
  });

  it.each(['promote', 'demote', 'disable', 'enable', 'reset-password', 'activity'])(
    '%s reports an unknown user',
    async (name) => {
      await expect(run(name, 'nobody-of-this-name')).rejects.toThrow(/There is no user nobody-of-this-name/);
      await expect(run(name)).rejects.toThrow(/missing required argument 'username'/);
    },
  );
});
