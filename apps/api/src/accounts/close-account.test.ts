import { describe, expect, it } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { expectProblem } from '../../testing/expect-problem.ts';
import { freshEmail } from '../../testing/people.ts';
import { runCommand } from '../../testing/run-command.ts';
import { bearer, type Latchkey, password, passwordHash, startLatchkey } from '../../testing/start-latchkey.ts';
import { times } from '../../testing/times.ts';
import { startWithMailbox, tokenIn } from '../../testing/with-mailbox.ts';

const sevenDays = 7 * 86_400;

const close = ({ http }: Latchkey, token: string, given = password) =>
  http
    .delete('/api/accounts/me')
    .set(...bearer(token))
    .send({ password: given });
const logIn = ({ http }: Latchkey, username: string, more: object = {}) =>
  http.post('/api/sessions/login').send({ username, password, ...more });
const undo = ({ http }: Latchkey, token: string) => http.post('/api/emails/undo-change').send({ token });

describe.each(engines)('closing an account on $name', (engine) => {
  const start = async () => {
    const latchkey = await startLatchkey(engine);
    const { services } = latchkey;
    return {
      latchkey,
      purge: services.jobs.purgeExpired.run,
      run: (...words: readonly string[]) => runCommand(services, 'users', ...words),
    };
  };

  it('ends every session and API token at once, and keeps the user name', async () => {
    const { latchkey } = await start();
    const { http } = latchkey;
    const { access_token, refresh_token, id, username } = await latchkey.person();
    const elsewhere = await latchkey.openSessionOf(id);
    const answer = await close(latchkey, access_token).expect(204);
    expect(answer.headers['set-cookie']?.[0]).toMatch(/^latchkey_refresh_5173=; /);
    expectProblem(await latchkey.me(access_token), 'token_revoked');
    expectProblem(await latchkey.me(elsewhere.access_token), 'token_revoked');
    expectProblem(await http.post('/api/sessions/refresh').send({ refresh_token }), 'session_ended');
    expectProblem(await http.post('/api/accounts/register').send({ username, password }), 'username_taken');
  });

  it('tells only who knows the password that it is closed, and until when', async () => {
    const { latchkey } = await start();
    const { access_token, username } = await latchkey.person();
    await close(latchkey, access_token).expect(204);
    const removal = new Date(latchkey.clock.now().getTime() + sevenDays * 1000).toISOString().slice(0, 10);
    const problem = expectProblem(await logIn(latchkey, username), 'account_closed');
    expect(problem.values).toEqual({ until: removal });
    expectProblem(await logIn(latchkey, username, { password: 'not the password' }), 'invalid_credentials');
  });

  it('`reopen` at sign-in keeps the account, also raced ten ways', async () => {
    const { latchkey, purge } = await start();
    const { access_token, username, id } = await latchkey.person();
    await close(latchkey, access_token).expect(204);
    const answers = await times(10, () => logIn(latchkey, username, { reopen: true }));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    const kinds = (await latchkey.services.events.list(id, undefined, 50)).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === 'account_reopened')).toHaveLength(1);
    latchkey.clock.turn(2 * sevenDays);
    await purge();
    expect((await latchkey.accounts.findById(id))?.closedAt).toBeNull();
  });

  it('after seven days the account is removed with everything about it, and the user name is free', async () => {
    const { latchkey, purge } = await start();
    const { access_token, username, id } = await latchkey.person();
    await close(latchkey, access_token).expect(204);
    latchkey.clock.turn(sevenDays - 1);
    await purge();
    expectProblem(await logIn(latchkey, username), 'account_closed');
    latchkey.clock.turn(2);
    await purge();
    expectProblem(await logIn(latchkey, username), 'invalid_credentials');
    expect(await latchkey.services.events.list(id, undefined, 10)).toEqual([]);
    await latchkey.http.post('/api/accounts/register').send({ username, password }).expect(201);
  });

  it('of a removal and a `reopen` at the same moment, one happens', async () => {
    const { latchkey, purge } = await start();
    for (let round = 0; round < 10; round++) {
      const { access_token, username, id } = await latchkey.person();
      await close(latchkey, access_token).expect(204);
      latchkey.clock.turn(sevenDays + 1);
      const [answer] = await Promise.all([logIn(latchkey, username, { reopen: true }), purge()]);
      const isKept = (await latchkey.accounts.findById(id)) !== undefined;
      expect(answer.status).toBe(isKept ? 200 : 401);
    }
  });

  it('an account that the operator disabled meanwhile stays disabled', async () => {
    const { latchkey, run } = await start();
    const { access_token, username } = await latchkey.person();
    await close(latchkey, access_token).expect(204);
    latchkey.clock.turn(60);
    await run('disable', username);
    expectProblem(await logIn(latchkey, username, { reopen: true }), 'account_disabled');
    await run('enable', username);
    await logIn(latchkey, username).expect(200);
  });

  it('the operator closes an account, opens it again, or deletes it at once', async () => {
    const { latchkey, run } = await start();
    const { access_token, username, session } = await latchkey.person();
    expect(await run('delete', username)).toContain(`To keep it: pnpm users enable ${username}`);
    expectProblem(await latchkey.me(access_token), 'token_revoked');
    expect(await run('list', '--name', username)).toContain('(closed)');
    await run('enable', username);
    await logIn(latchkey, username).expect(200);
    expect(await run('delete', username, '--now')).toBe(`${username} is deleted.`);
    await expect(run('activity', username)).rejects.toThrow(/There is no user/);
    const { revocations } = latchkey.database.tables;
    const revoked = await latchkey.database.read.select({ id: revocations.sessionId }).from(revocations);
    expect(revoked.map(({ id }) => id)).toContain(session.id);
  });

  it('requires the password', async () => {
    const { latchkey } = await start();
    const { access_token } = await latchkey.person();
    expectProblem(await close(latchkey, access_token, 'not the password'), 'wrong_password');
    await latchkey.me(access_token).expect(200);
  });

  it('closes nothing if the password changes while it is compared', async () => {
    const { latchkey } = await start();
    const { services, database, beforeNextComparison } = latchkey;
    const { access_token, id } = await latchkey.person();
    beforeNextComparison(() =>
      database.transaction((write) => services.passwords.replace(write, id, passwordHash, { hash: 'another' })),
    );
    expectProblem(await close(latchkey, access_token), 'wrong_password');
    expect((await latchkey.accounts.findById(id))?.closedAt).toBeNull();
  });

  it('ten times concurrently succeeds once', async () => {
    const { latchkey } = await start();
    const { access_token } = await latchkey.person();
    const answers = await times(10, () => close(latchkey, access_token));
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
    expect(answers.every(({ status }) => [204, 401, 403].includes(status))).toBe(true);
  });

  describe('with mail', () => {
    const startMail = async () => {
      const started = await startWithMailbox(engine);
      const email = freshEmail();
      const person = await started.latchkey.person({ email, emailVerifiedAt: new Date() });
      return { ...started, email, person };
    };

    it('the link of the message keeps the account, ends the password and sends a new link, once of ten', async () => {
      const { latchkey, newestTo, email, person } = await startMail();
      await close(latchkey, person.access_token).expect(204);
      const token = tokenIn(await newestTo(email, 'was closed'));
      const answers = await times(10, () => undo(latchkey, token));
      expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
      expect(answers.filter(({ status }) => status === 410)).toHaveLength(9);
      expectProblem(await logIn(latchkey, person.username, { reopen: true }), 'invalid_credentials');
      const reset = tokenIn(await newestTo(email, 'new password'));
      await latchkey.http
        .post('/api/passwords/reset')
        .send({ token: reset, newPassword: 'eleven white saucers' })
        .expect(204);
      await logIn(latchkey, person.username, { password: 'eleven white saucers' }).expect(200);
    });

    it('a stranger who changes the password and closes the account keeps neither: each link undoes it', async () => {
      const { latchkey, newestTo, email, person } = await startMail();
      const change = { currentPassword: password, newPassword: 'a stranger chose this' };
      await latchkey.http
        .post('/api/passwords/change')
        .set(...bearer(person.access_token))
        .send(change)
        .expect(204);
      const token = tokenIn(await newestTo(email, 'password of your account'));
      await close(latchkey, person.access_token, change.newPassword).expect(204);
      await undo(latchkey, token).expect(204);
      expect((await latchkey.accounts.findById(person.id))?.disabledAt).toBeNull();
      expectProblem(await logIn(latchkey, person.username, { password: change.newPassword }), 'invalid_credentials');
    });

    it('a forgotten password of a closed account sends nothing', async () => {
      const { latchkey, deliver, subjectsTo, email, person } = await startMail();
      await close(latchkey, person.access_token).expect(204);
      await deliver();
      const before = subjectsTo(email).length;
      await latchkey.http.post('/api/passwords/forgot').send({ login: email }).expect(202);
      await deliver();
      expect(subjectsTo(email)).toHaveLength(before);
    });

    it.each(['password changed', 'password reset by the operator', 'account closed'] as const)(
      'the link for a new password ends: %s',
      async (change) => {
        const { latchkey, newestTo, email, person } = await startMail();
        await latchkey.http.post('/api/passwords/forgot').send({ login: email }).expect(202);
        const token = tokenIn(await newestTo(email, 'asked for a new password'));
        const changes = {
          'password changed': () =>
            latchkey.http
              .post('/api/passwords/change')
              .set(...bearer(person.access_token))
              .send({ currentPassword: password, newPassword: 'eleven white saucers' })
              .expect(204),
          'password reset by the operator': () =>
            runCommand(latchkey.services, 'users', 'reset-password', person.username),
          'account closed': () => close(latchkey, person.access_token).expect(204),
        };
        await changes[change]();
        const reset = { token, newPassword: 'a stranger chose this' };
        expectProblem(await latchkey.http.post('/api/passwords/reset').send(reset), 'token_spent');
      },
    );
  });
});
