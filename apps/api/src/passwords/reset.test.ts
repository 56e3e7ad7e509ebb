import { describe, expect, it } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { expectProblem } from '../../testing/expect-problem.ts';
import { freshEmail } from '../../testing/people.ts';
import { bearer, password } from '../../testing/start-latchkey.ts';
import { startWithMailbox, tokenIn } from '../../testing/with-mailbox.ts';

const newPassword = 'another long password';

describe.each(engines)('a forgotten password on $name', (engine) => {
  const start = async () => {
    const started = await startWithMailbox(engine);
    const { http } = started.latchkey;
    const email = freshEmail();
    const person = await started.latchkey.person({ email, emailVerifiedAt: new Date() });
    return {
      ...started,
      email,
      person,
      forgot: (login: string) => http.post('/api/passwords/forgot').send({ login }),
      reset: (token: string, given = newPassword) =>
        http.post('/api/passwords/reset').send({ token, newPassword: given }),
      logIn: (username: string, given: string) => http.post('/api/sessions/login').send({ username, password: given }),
    };
  };

  it('gets a link by user name or address; the new password signs in, and everything else has ended', async () => {
    const { latchkey, email, person, forgot, reset, logIn, newestTo } = await start();
    for (const login of [person.username, email.toUpperCase()]) {
      await forgot(login).expect(202);
      const text = await newestTo(email, '/reset-password');
      expect(text).toContain(person.username);
      await reset(tokenIn(text), `${newPassword} ${login.length}`).expect(204);
      await logIn(email, `${newPassword} ${login.length}`).expect(200);
    }
    expectProblem(await latchkey.me(person.access_token), 'token_revoked');
    expectProblem(await logIn(person.username, password), 'invalid_credentials');
  });

  it('the request runs the same statements and answers alike for known, unknown, unverified and disabled', async () => {
    const { latchkey, person, forgot, mailbox, deliver, email } = await start();
    const unverified = await latchkey.person({ email: freshEmail() });
    const disabled = await latchkey.person({
      email: freshEmail(),
      emailVerifiedAt: new Date(),
      disabledAt: new Date(),
    });
    const seen = [];
    for (const login of [person.username, 'nobody', unverified.username, disabled.username, 'nobody@example.com']) {
      const before = latchkey.statements.length;
      const { status, body, headers } = await forgot(login);
      const { date: _, 'x-request-id': __, ...compared } = headers;
      seen.push({ status, body, compared, statements: latchkey.statements.slice(before) });
    }
    for (const one of seen) expect(one).toEqual(seen[0]);
    await deliver();
    expect(mailbox.messages.flatMap(({ recipients }) => recipients)).toEqual([email]);
  });

  it('of ten concurrent uses one succeeds', async () => {
    const { email, forgot, reset, newestTo } = await start();
    await forgot(email).expect(202);
    const token = tokenIn(await newestTo(email, '/reset-password'));
    const answers = await Promise.all(Array.from({ length: 10 }, (_, n) => reset(token, `${newPassword} ${n}`)));
    expect(answers.map(({ status }) => status).sort()).toEqual([204, ...Array(9).fill(410)]);
  });

  it('the link is valid for an hour, once, and only the newest', async () => {
    const { latchkey, email, forgot, reset, newestTo } = await start();
    await forgot(email).expect(202);
    const older = tokenIn(await newestTo(email, '/reset-password'));
    await forgot(email).expect(202);
    const newer = tokenIn(await newestTo(email, '/reset-password'));
    expectProblem(await reset(older), 'token_spent');
    latchkey.clock.turn(3600);
    expectProblem(await reset(newer), 'token_spent');
    await forgot(email).expect(202);
    const token = tokenIn(await newestTo(email, '/reset-password'));
    await reset(token).expect(204);
    expectProblem(await reset(token), 'token_spent');
  });

  it('the new password obeys the policy, and a refused one does not spend the link', async () => {
    const { email, forgot, reset, newestTo, person } = await start();
    await forgot(email).expect(202);
    const token = tokenIn(await newestTo(email, '/reset-password'));
    const { errors } = expectProblem(await reset(token, `${person.username}!`), 'invalid_request');
    expect(errors).toMatchObject([{ path: 'newPassword', code: 'weak_password' }]);
    await reset(token).expect(204);
  });

  it('ends API tokens and a pending change of the address', async () => {
    const { latchkey, email, forgot, reset, newestTo, person, subjectsTo } = await start();
    const { http } = latchkey;
    const made = await http
      .post('/api/tokens')
      .set(...bearer(person.access_token))
      .send({ name: 'for the shop' });
    const pending = freshEmail();
    await http
      .post('/api/emails/change')
      .set(...bearer(person.access_token))
      .send({ email: pending, password })
      .expect(202);
    const verification = tokenIn(await newestTo(pending));
    await forgot(email).expect(202);
    await reset(tokenIn(await newestTo(email, '/reset-password'))).expect(204);
    expectProblem(await latchkey.me(made.body.access_token), 'token_revoked');
    expectProblem(await http.post('/api/emails/verify').send({ token: verification }), 'token_spent');
    expect(subjectsTo(email)).toContain('Set a new password for Latchkey');
  });

  it('a token of one kind is unknown to every other call', async () => {
    const { latchkey, email, forgot, newestTo, reset } = await start();
    await forgot(email).expect(202);
    const token = tokenIn(await newestTo(email, '/reset-password'));
    expectProblem(await latchkey.http.post('/api/emails/verify').send({ token }), 'token_spent');
    expectProblem(await latchkey.http.post('/api/emails/undo-change').send({ token }), 'token_spent');
    await reset(token).expect(204);
  });

  it('nothing in the database is a token', async () => {
    const { latchkey, email, forgot, newestTo } = await start();
    await forgot(email).expect(202);
    const token = tokenIn(await newestTo(email, '/reset-password'));
    const { messages, verifications } = latchkey.database.tables;
    const rows = [
      ...(await latchkey.database.read.select().from(messages)),
      ...(await latchkey.database.read.select().from(verifications)),
    ];
    expect(rows.length).toBeGreaterThan(2);
    expect(JSON.stringify(rows)).not.toContain(token);
  });

  it('a changed password tells the verified address, which can undo it for seven days', async () => {
    const { latchkey, email, person, logIn, newestTo } = await start();
    const { http } = latchkey;
    await http
      .post('/api/passwords/change')
      .set(...bearer(person.access_token))
      .send({ currentPassword: password, newPassword })
      .expect(204);
    const notice = await newestTo(email, '/undo');
    expect(notice).toContain('password of your account');
    await http
      .post('/api/emails/undo-change')
      .send({ token: tokenIn(notice) })
      .expect(204);
    expectProblem(await logIn(email, newPassword), 'invalid_credentials');
    expect(await newestTo(email, '/reset-password')).toContain(person.username);
  });
});
