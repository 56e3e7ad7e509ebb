import { describe, expect, it } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { expectProblem } from '../../testing/expect-problem.ts';
import { runCommand } from '../../testing/run-command.ts';
import { freshName, password, shareLatchkey, startLatchkey } from '../../testing/start-latchkey.ts';

describe.each(engines)('registering on $name', (engine) => {
  const latchkey = shareLatchkey(engine);
  const register = (body: object) => latchkey().http.post('/api/accounts/register').send(body);

  it('creates an account and signs it in', async () => {
    const username = freshName();
    const { body } = await register({ username, password, email: 'ada@example.com', displayName: ' Ada L. ' }).expect(
      201,
    );
    const { user } = body;
    expect(user).toEqual({
      id: expect.stringMatching(/^[\da-f-]{36}$/),
      username,
      displayName: 'Ada L.',
      email: 'ada@example.com',
      emailVerified: false,
      pendingEmail: null,
      notifySignIns: true,
      role: 'user',
      metadata: {},
      createdAt: latchkey().clock.now().toISOString(),
      updatedAt: latchkey().clock.now().toISOString(),
    });
    expect((await latchkey().me(body.access_token).expect(200)).body).toEqual(user);
    await latchkey().http.post('/api/sessions/login').send({ username, password }).expect(200);
    const { refresh_token } = body;
    await latchkey().http.post('/api/sessions/refresh').send({ refresh_token }).expect(200);
  });

  it('ten concurrent registrations of one name, in different spellings, create one account', async () => {
    const name = freshName();
    const spellings = [name, name.toUpperCase(), ` ${name}`, name.replace('p', 'ｐ'), name.replace('p', 'Ｐ')];
    const answers = await Promise.all([...spellings, ...spellings].map((username) => register({ username, password })));
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([201, ...Array(9).fill(409)]);
    for (const answer of answers.filter(({ status }) => status === 409)) expectProblem(answer, 'username_taken');
  });

  it('keeps the case of the name, in ASCII letters', async () => {
    const { body } = await register({ username: ' Ａda.Lovelace-1 ', password }).expect(201);
    expect(body.user.username).toBe('Ada.Lovelace-1');
  });

  it('removes the invisible characters of pasted text', async () => {
    const username = freshName();
    const pasted = { username: `\u202a${username}\u202c\u200b`, displayName: '\u200fשלום\u200f' };
    const { body } = await register({ ...pasted, password }).expect(201);
    expect(body.user).toMatchObject({ username, displayName: 'שלום' });
  });

  it('stores the domain of an address in ASCII', async () => {
    const { body } = await register({ username: freshName(), password, email: 'ada@bücher.example' }).expect(201);
    expect(body.user.email).toBe('ada@xn--bcher-kva.example');
  });

  it('an e-mail address is pending: another account may have the same one, even verified', async () => {
    const email = `${freshName()}@example.com`;
    await latchkey().person({ email, emailVerifiedAt: new Date() });
    const { body } = await register({ username: freshName(), password, email }).expect(201);
    expect(body.user).toMatchObject({ email, emailVerified: false });
  });

  it.each(['admin', 'Root', 'ＳＵＰＰＯＲＴ', 'postmaster', 'no-reply', 'No.Reply', 'sys_admin', 'latchkey'])(
    'nobody can register the reserved user name %s',
    async (username) => {
      const { detail } = expectProblem(await register({ username, password }), 'username_taken');
      expect(detail).toMatch(/ is reserved\. Choose another\.$/);
    },
  );

  it('the operator can reserve more user names, and create accounts with them', async () => {
    const acme = await startLatchkey(engine, { settings: { RESERVED_USERNAMES: 'acme, Acme-Support' } });
    for (const username of ['ACME', 'acme.support']) {
      const answer = await acme.http.post('/api/accounts/register').send({ username, password });
      expectProblem(answer, 'username_taken');
      expect(await runCommand(acme.services, 'users', 'create', username)).toContain(username);
    }
    await acme.http.post('/api/accounts/register').send({ username: 'acme2', password }).expect(201);
  });

  it.each([
    ['ab', 'User name needs at least 3 characters.', 'too_short'],
    ['x'.repeat(33), 'User name can have at most 32 characters.', 'too_long'],
    ['ada lovelace', 'Use letters a–z, digits, and . _ - between them.', 'invalid_format'],
    ['ada@example.com', 'Use letters a–z, digits, and . _ - between them.', 'invalid_format'],
    ['аda', 'Use letters a–z, digits, and . _ - between them.', 'invalid_format'],
    ['ada.', 'Use letters a–z, digits, and . _ - between them.', 'invalid_format'],
    ['a\u0000da', 'Use letters a–z, digits, and . _ - between them.', 'invalid_format'],
    [42, 'User name must be text.', 'wrong_type'],
    [null, 'User name must be text.', 'wrong_type'],
    [undefined, 'User name is missing.', 'missing'],
  ])('refuses the user name %j', async (username, message, code) => {
    const { errors } = expectProblem(await register({ username, password }), 'invalid_request');
    expect(errors).toEqual([{ path: 'username', code, message }]);
  });

  it.each([
    ['seven77', 'Password needs at least 8 characters.', 'too_short'],
    ['x1'.repeat(129), 'Password can have at most 256 characters.', 'too_long'],
    ['🔑🔑🔑🔑🔑🔑🔑', 'Password needs at least 8 characters.', 'too_short'],
    [
      'password1234',
      'This password is among those that attackers try first. Choose a less common one.',
      'weak_password',
    ],
    ['long enough\u0000', 'Password has a character that cannot be used.', 'invalid_characters'],
    ['long enough\ud800', 'Password has a character that cannot be used.', 'invalid_characters'],
    [undefined, 'Password is missing.', 'missing'],
  ])('refuses the password %j', async (bad, message, code) => {
    const { errors } = expectProblem(await register({ username: freshName(), password: bad }), 'invalid_request');
    expect(errors).toEqual([{ path: 'password', code, message }]);
  });

  it('refuses a password like the user name or the e-mail address', async () => {
    const username = freshName();
    const [likeName, likeEmail] = [
      await register({ username, password: `${username.toUpperCase()}1` }),
      await register({ username, password: 'Grace.Hopper', email: 'grace.hopper@example.com' }),
    ];
    expect(expectProblem(likeName, 'invalid_request').detail).toContain('too much like your user name');
    expect(expectProblem(likeEmail, 'invalid_request').detail).toContain('too much like your e-mail address');
  });

  it('lists all errors in one answer', async () => {
    const body = { username: 'a', password: 'b', email: 'c', displayName: '', delivery: 'pigeon', role: 'admin' };
    const { errors } = expectProblem(await register(body), 'invalid_request');
    expect(errors?.map(({ path }) => path).sort()).toEqual([
      'delivery',
      'displayName',
      'email',
      'password',
      'role',
      'username',
    ]);
  });

  it('refuses fields that would make an admin or verify an address', async () => {
    for (const extra of [{ role: 'admin' }, { emailVerified: true }, { emailVerifiedAt: 1 }, { passwordHash: 'x' }]) {
      expectProblem(await register({ username: freshName(), password, ...extra }), 'invalid_request');
    }
  });

  it('a password is the same in every Unicode form', async () => {
    const username = freshName();
    await register({ username, password: 'Ünïcödé ﬁne ① two' }).expect(201);
    const decomposed = 'Ünïcödé fine 1 two'.normalize('NFD');
    await latchkey().http.post('/api/sessions/login').send({ username, password: decomposed }).expect(200);
  });

  it('every character of a long password counts', async () => {
    const username = freshName();
    const long = 'correct horse '.repeat(18).slice(0, 250);
    await register({ username, password: `${long}tail-1` }).expect(201);
    const logIn = (given: string) => latchkey().http.post('/api/sessions/login').send({ username, password: given });
    await logIn(`${long}tail-1`).expect(200);
    expectProblem(await logIn(`${long}tail-2`), 'invalid_credentials');
    expectProblem(await logIn(long.slice(0, 72)), 'invalid_credentials');
  });
});
