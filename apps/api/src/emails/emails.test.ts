import { describe, expect, it } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { expectProblem } from '../../testing/expect-problem.ts';
import { freshEmail } from '../../testing/people.ts';
import { bearer, freshName, password } from '../../testing/start-latchkey.ts';
import { codeIn, startWithMailbox, tokenIn } from '../../testing/with-mailbox.ts';

const unknownToken = 'x'.repeat(43);

describe.each(engines)('e-mail addresses on $name', (engine) => {
  const start = async (settings?: Record<string, string>) => {
    const started = await startWithMailbox(engine, settings ? { settings } : {});
    const { http } = started.latchkey;
    return {
      ...started,
      register: (email: string) => http.post('/api/accounts/register').send({ username: freshName(), password, email }),
      verify: (body: object, token?: string) => {
        const call = http.post('/api/emails/verify').send(body);
        return token ? call.set(...bearer(token)) : call;
      },
      change: (token: string, email: string, given = password) =>
        http
          .post('/api/emails/change')
          .set(...bearer(token))
          .send({ email, password: given }),
      undo: (token: string) => http.post('/api/emails/undo-change').send({ token }),
      logIn: (username: string, given = password) =>
        http.post('/api/sessions/login').send({ username, password: given }),
    };
  };
  type Started = Awaited<ReturnType<typeof start>>;
  const verifiedPerson = async ({ latchkey }: Started, email = freshEmail()) => ({
    email,
    ...(await latchkey.person({ email, emailVerifiedAt: new Date() })),
  });

  it('registration sends a link that verifies the address, which then signs in', async () => {
    const { register, verify, newestTo, logIn } = await start();
    const email = freshEmail();
    const { body } = await register(email).expect(201);
    expect(body.user).toMatchObject({ email, emailVerified: false, pendingEmail: null });
    expectProblem(await logIn(email), 'invalid_credentials');
    const text = await newestTo(email);
    expect(text).not.toContain(body.user.username);
    const verified = await verify({ token: tokenIn(text) }).expect(200);
    expect(verified.body).toMatchObject({ email, emailVerified: true });
    await logIn(email).expect(200);
  });

  it('the code of the message verifies, for the session of the account only', async () => {
    const started = await start();
    const email = freshEmail();
    const { body } = await started.register(email).expect(201);
    const code = codeIn(await started.newestTo(email));
    expectProblem(await started.verify({ code }), 'token_missing');
    const stranger = await started.latchkey.person();
    expectProblem(await started.verify({ code }, stranger.access_token), 'token_spent');
    const verified = await started.verify({ code: `${code.slice(0, 3)} ${code.slice(3)}` }, body.access_token);
    expect(verified.body).toMatchObject({ email, emailVerified: true });
  });

  it('ten wrong codes end the message; the link and the right code no longer work by code', async () => {
    const { register, verify, newestTo } = await start();
    const email = freshEmail();
    const { body } = await register(email).expect(201);
    const code = codeIn(await newestTo(email));
    const wrong = code === '000000' ? '000001' : '000000';
    for (let n = 0; n < 10; n++) expectProblem(await verify({ code: wrong }, body.access_token), 'wrong_code');
    expectProblem(await verify({ code }, body.access_token), 'token_spent');
  });

  it('of twenty concurrent wrong codes ten are compared', async () => {
    const { register, verify, newestTo } = await start();
    const email = freshEmail();
    const { body } = await register(email).expect(201);
    const code = codeIn(await newestTo(email));
    const wrong = code === '000000' ? '000001' : '000000';
    const answers = await Promise.all(Array.from({ length: 20 }, () => verify({ code: wrong }, body.access_token)));
    expect(answers.map((answer) => answer.body.code).sort()).toEqual([
      ...Array(10).fill('token_spent'),
      ...Array(10).fill('wrong_code'),
    ]);
  });

  it('verifying twice answers that the address is verified; a newer message ends the older one', async () => {
    const { register, verify, newestTo, latchkey } = await start();
    const email = freshEmail();
    const { body } = await register(email).expect(201);
    const older = tokenIn(await newestTo(email));
    await latchkey.http
      .post('/api/emails/send-verification')
      .set(...bearer(body.access_token))
      .expect(202);
    const newer = tokenIn(await newestTo(email));
    expectProblem(await verify({ token: older }), 'token_spent');
    const answers = await Promise.all(Array.from({ length: 10 }, () => verify({ token: newer })));
    expect(answers.map(({ status, body }) => [status, body.emailVerified])).toEqual(Array(10).fill([200, true]));
    const events = await latchkey.http.get('/api/activity').set(...bearer(body.access_token));
    expect(events.body.events.filter(({ kind }: { kind: string }) => kind === 'email_verified')).toHaveLength(1);
    expectProblem(await verify({ token: unknownToken }), 'token_spent');
  });

  it('a link is valid for a day', async () => {
    const { register, verify, newestTo, latchkey } = await start();
    const email = freshEmail();
    await register(email).expect(201);
    const token = tokenIn(await newestTo(email));
    latchkey.clock.turn(86_400);
    expectProblem(await verify({ token }), 'token_spent');
  });

  it('of ten accounts that verify one address at the same moment, one gets it, and the mailbox hears of the others', async () => {
    const { register, verify, latchkey, mailbox, deliver, subjectsTo } = await start();
    const email = freshEmail();
    for (let n = 0; n < 10; n++) await register(email).expect(201);
    await deliver();
    const tokens = mailbox.messages.map(({ email: { text } }) => tokenIn(text ?? ''));
    expect(new Set(tokens).size).toBe(10);
    const answers = await Promise.all(tokens.map((token) => verify({ token })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(410)]);
    const { users } = latchkey.database.tables;
    const rows = await latchkey.database.read.select({ at: users.emailVerifiedAt }).from(users);
    expect(rows.filter(({ at }) => at !== null)).toHaveLength(1);
    await deliver();
    expect(subjectsTo(email).filter((subject) => subject?.startsWith('You already have'))).toHaveLength(9);
  });

  it('an address that another account has verified gets a message about that account instead of a link', async () => {
    const started = await start();
    const { email } = await verifiedPerson(started);
    const taken = await started.register(email).expect(201);
    const free = await started.register(freshEmail()).expect(201);
    expect(Object.keys(taken.body.user)).toEqual(Object.keys(free.body.user));
    expect(await started.newestTo(email)).not.toContain('#token=');
    expect(started.subjectsTo(email)).toEqual(['You already have an account at Latchkey']);
  });

  it('a change needs the password, and the old address stays until the new one is verified', async () => {
    const started = await start();
    const { change, verify, newestTo, logIn, latchkey } = started;
    const person = await verifiedPerson(started);
    const next = freshEmail();
    expectProblem(await change(person.access_token, next, 'not the password'), 'wrong_password');
    await change(person.access_token, next).expect(202);
    const me = await latchkey.me(person.access_token).expect(200);
    expect(me.body).toMatchObject({ email: person.email, emailVerified: true, pendingEmail: next });
    await logIn(person.email).expect(200);
    expectProblem(await logIn(next), 'invalid_credentials');
    const verified = await verify({ token: tokenIn(await newestTo(next)) }).expect(200);
    expect(verified.body).toMatchObject({ email: next, emailVerified: true, pendingEmail: null });
    await logIn(next).expect(200);
    expectProblem(await logIn(person.email), 'invalid_credentials');
  });

  it('PATCH does not move a verified address', async () => {
    const started = await start();
    const { latchkey } = started;
    const { access_token, email } = await verifiedPerson(started);
    for (const other of [freshEmail(), null]) {
      const answer = await latchkey.http
        .patch('/api/accounts/me')
        .set(...bearer(access_token))
        .send({ email: other });
      const { errors } = expectProblem(answer, 'invalid_request');
      expect(errors).toMatchObject([{ path: 'email', code: 'not_allowed' }]);
    }
    expect((await latchkey.me(access_token)).body).toMatchObject({ email, emailVerified: true });
  });

  it('the old address can undo the change for seven days: sessions end, the password ends, a new one is asked for', async () => {
    const started = await start();
    const { change, verify, undo, newestTo, logIn, latchkey } = started;
    const person = await verifiedPerson(started);
    const next = freshEmail();
    await change(person.access_token, next).expect(202);
    await verify({ token: tokenIn(await newestTo(next)) }).expect(200);
    const notice = await newestTo(person.email, '/undo');
    expect(notice).toContain('was changed');
    latchkey.clock.turn(7 * 86_400 - 60);
    const answers = await Promise.all(Array.from({ length: 10 }, () => undo(tokenIn(notice))));
    expect(answers.map(({ status }) => status).sort()).toEqual([204, ...Array(9).fill(410)]);
    expectProblem(await latchkey.me(person.access_token), 'token_expired');
    expectProblem(await logIn(person.email), 'invalid_credentials');
    expectProblem(await logIn(next), 'invalid_credentials');
    const token = tokenIn(await newestTo(person.email, '/reset-password'));
    await latchkey.http.post('/api/passwords/reset').send({ token, newPassword: 'another long password' }).expect(204);
    await logIn(person.email, 'another long password').expect(200);
  });

  it('a stranger who changed the address twice cannot undo after the owner has', async () => {
    const started = await start();
    const { change, verify, undo, newestTo } = started;
    const person = await verifiedPerson(started);
    const [first, second] = [freshEmail(), freshEmail()];
    await change(person.access_token, first).expect(202);
    await verify({ token: tokenIn(await newestTo(first)) }).expect(200);
    started.latchkey.clock.turn(1);
    await change(person.access_token, second).expect(202);
    await verify({ token: tokenIn(await newestTo(second)) }).expect(200);
    const strangers = tokenIn(await newestTo(first, '/undo'));
    await undo(tokenIn(await newestTo(person.email, '/undo'))).expect(204);
    expectProblem(await undo(strangers), 'token_spent');
  });

  it('without a mail server every caller gets the same answer', async () => {
    const { latchkey, change } = await start({ SMTP_URL: 'off' });
    const person = await latchkey.person({ email: freshEmail(), emailVerifiedAt: new Date() });
    for (const login of [person.username, 'nobody']) {
      expectProblem(await latchkey.http.post('/api/passwords/forgot').send({ login }), 'mail_not_configured');
    }
    expectProblem(await change(person.access_token, freshEmail()), 'mail_not_configured');
    await latchkey.http.post('/api/accounts/register').send({ username: freshName(), password, email: freshEmail() });
    const { messages } = latchkey.database.tables;
    expect(await latchkey.database.read.select().from(messages)).toEqual([]);
  });

  describe('when REQUIRE_VERIFIED_EMAIL is on', () => {
    it('nobody signs in before the address is verified, and signing in sends the message', async () => {
      const started = await start({ REQUIRE_VERIFIED_EMAIL: 'on' });
      const { register, verify, newestTo, logIn, latchkey } = started;
      const email = freshEmail();
      expectProblem(await register(email), 'email_not_verified');
      const { users } = latchkey.database.tables;
      const [account] = await latchkey.database.read.select().from(users);
      expectProblem(await logIn(account?.username ?? ''), 'email_not_verified');
      await verify({ token: tokenIn(await newestTo(email)) }).expect(200);
      await logIn(email).expect(200);
    });
  });
});
