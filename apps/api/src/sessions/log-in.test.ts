import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { expectProblem } from '../../testing/expect-problem.ts';
import {
  bearer,
  freshName,
  password,
  passwordHash,
  shareLatchkey,
  startLatchkey,
} from '../../testing/start-latchkey.ts';

// The same password as argon2id, from Debian's argon2 (hashing/argon2id.test.ts says how).
const argon2idHash =
  '$argon2id$v=19$m=19456,t=2,p=1$YWJjZGVmZ2hpamtsbW5vcA$llg/ojSc4FazCWICz95MeaZu8l/uVl4EySDy9ZABmQg';

describe.each(engines)('signing in on $name', (engine) => {
  const latchkey = shareLatchkey(engine);
  const logIn = (username: string, given = password) =>
    latchkey().http.post('/api/sessions/login').send({ username, password: given });

  it('returns the user, an access token and a refresh token', async () => {
    const { username, id } = await latchkey().person();
    const { body } = await logIn(username).expect(200);
    expect(Object.keys(body).sort()).toEqual(['access_token', 'expires_in', 'refresh_token', 'token_type', 'user']);
    expect(body).toMatchObject({ user: { id, username }, token_type: 'bearer', expires_in: 1800 });
    await latchkey().me(body.access_token).expect(200);
  });

  it('accepts the user name in any case and width, and with spaces around it', async () => {
    const username = `Ada-${freshName()}`;
    await latchkey().person({ username });
    const fullWidth = [...username].map((c) =>
      /[A-Za-z]/.test(c) ? String.fromCharCode(c.charCodeAt(0) + 0xfee0) : c,
    );
    for (const written of [username.toUpperCase(), ` ${username} `, fullWidth.join('')]) {
      expect((await logIn(written).expect(200)).body.user.username).toBe(username);
    }
  });

  it.each(['%s\u200b', '\u202a%s\u202c', '\ufeff%s ', '\u2068%s\u2069'])(
    'accepts the user name with invisible characters from pasting: %j',
    async (pasted) => {
      const { username } = await latchkey().person();
      expect((await logIn(pasted.replace('%s', username)).expect(200)).body.user.username).toBe(username);
    },
  );

  it('a verified address signs in with either form of its domain', async () => {
    const local = freshName();
    await latchkey().person({ email: `${local}@xn--bcher-kva.example`, emailVerifiedAt: new Date() });
    await logIn(`${local}@bücher.example`).expect(200);
    await logIn(`${local}@xn--bcher-kva.example`).expect(200);
  });

  it('a verified e-mail address signs in, in any case; a pending one does not', async () => {
    const email = `${freshName()}@Example.com`;
    const pending = await latchkey().person({ email });
    expectProblem(await logIn(email), 'invalid_credentials');
    const owner = await latchkey().person({ email, emailVerifiedAt: new Date() });
    expect((await logIn(email.toUpperCase()).expect(200)).body.user.id).toBe(owner.id);
    expect(owner.id).not.toBe(pending.id);
  });

  it('gives the same answer for an unknown name, a wrong password and a disabled account', async () => {
    const { username } = await latchkey().person();
    const { username: disabled } = await latchkey().person({ disabledAt: new Date() });
    const answers = [
      await logIn(freshName()),
      await logIn(username, 'not the password'),
      await logIn(disabled, 'not the password'),
    ];
    const received = answers.map(({ status, headers, body }) => {
      const { 'x-request-id': _id, date: _date, ...sameHeaders } = headers;
      return { status, sameHeaders, ...body, requestId: '' };
    });
    expect(received[0]).toMatchObject({ status: 401, title: 'Invalid credentials' });
    expect(received[1]).toEqual(received[0]);
    expect(received[2]).toEqual(received[0]);
  });

  it('`endOthers` at sign-in ends every other session', async () => {
    const { id, username } = await latchkey().person();
    const thief = await latchkey().openSessionOf(id);
    const issued = await latchkey()
      .http.post('/api/tokens')
      .set(...bearer(thief.access_token))
      .send({ name: 'kept for later' })
      .expect(201);
    const { body } = await latchkey()
      .http.post('/api/sessions/login')
      .send({ username, password, endOthers: true })
      .expect(200);
    expectProblem(await latchkey().me(thief.access_token), 'token_revoked');
    expectProblem(await latchkey().me(issued.body.access_token), 'token_revoked');
    await latchkey().me(body.access_token).expect(200);
  });

  it('`endOthers` with a wrong password ends nothing', async () => {
    const { username, access_token } = await latchkey().person();
    const wrong = { username, password: 'not the password', endOthers: true };
    expectProblem(await latchkey().http.post('/api/sessions/login').send(wrong), 'invalid_credentials');
    await latchkey().me(access_token).expect(200);
  });

  it('a user has at most a hundred sessions: the least recently used one ends, and an event records it', async () => {
    const { id, session: oldest, access_token, refresh_token, username } = await latchkey().person();
    const second = await latchkey().openSessionOf(id);
    for (let n = 0; n < 98; n++) {
      latchkey().clock.turn(1);
      await latchkey().openSessionOf(id);
    }
    await latchkey().http.post('/api/sessions/refresh').send({ refresh_token }).expect(200);
    latchkey().clock.turn(1);
    await logIn(username).expect(200);
    expect(await latchkey().sessionOf(oldest.id)).toMatchObject({ endedAt: null });
    expect(await latchkey().sessionOf(second.session.id)).toMatchObject({ endReason: 'too_many_sessions' });
    const { body } = await latchkey()
      .http.get('/api/activity')
      .set(...bearer(access_token))
      .expect(200);
    expect(body.events.map(({ kind }: { kind: string }) => kind)).toEqual([
      'signed_in',
      'too_many_sessions',
      'registered',
    ]);
  });

  it('a script that signs in repeatedly does not sign out a browser in daily use', async () => {
    const { id, session, refresh_token } = await latchkey().person();
    latchkey().clock.turn(86_400);
    await latchkey().http.post('/api/sessions/refresh').send({ refresh_token }).expect(200);
    latchkey().clock.turn(3600);
    for (let n = 0; n < 150; n++) await latchkey().openSessionOf(id);
    expect(await latchkey().sessionOf(session.id)).toMatchObject({ endedAt: null });
    const live = await latchkey().sessions.listUserSessions(id);
    expect(live).toHaveLength(100);
  });

  it('a hash of unknown format matches no password', async () => {
    const { username } = await latchkey().person({ hash: 'pbkdf2:sha256:260000$salt$digest' });
    expectProblem(await logIn(username), 'invalid_credentials');
  });

  it.each([
    ['an older cost', 'bcrypt', passwordHash, /^\$bcrypt-sha256\$v=2,t=2b,r=5\$/],
    ['another kind', 'argon2id', passwordHash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/],
    ['another kind', 'bcrypt', argon2idHash, /^\$bcrypt-sha256\$v=2,t=2b,r=5\$/],
  ] as const)(
    'replaces a hash of %s by one of the kind %s, once, and keeps the password',
    async (_, kind, passwordHash, expected) => {
      const settings = { PASSWORD_HASH: kind, BCRYPT_COST: '5' };
      const { person, http, services } = await startLatchkey(engine, { settings });
      const { username, id } = await person({ hash: passwordHash });
      const logInHere = (given = password) => http.post('/api/sessions/login').send({ username, password: given });
      const hashNow = async () => services.passwords.findHash(id);

      expectProblem(await logInHere('not the password'), 'invalid_credentials');
      expect(await hashNow()).toBe(passwordHash);
      const seenBy = await Promise.all(
        Array.from({ length: 4 }, async () => {
          await logInHere().expect(200);
          return hashNow();
        }),
      );
      const [replaced = '', ...others] = new Set(seenBy);
      expect(others).toEqual([]);
      expect(replaced).toMatch(expected);
      await logInHere().expect(200);
      expectProblem(await logInHere('not the password'), 'invalid_credentials');
      expect(await hashNow()).toBe(replaced);
    },
  );

  // `pnpm bench enumeration` measures that both take the same time.
  it.each([
    ['of a higher cost than the current one', passwordHash.replace('r=4', 'r=6')],
    ['of another kind', argon2idHash],
  ])('an unknown name is compared with the hash of an account, even if that is %s', async (_, hash) => {
    const { person, http, beforeNextComparison } = await startLatchkey(engine);
    const { username } = await person({ hash });
    const compared: unknown[] = [];
    for (const name of [username, freshName()]) {
      beforeNextComparison(async (hash) => compared.push(hash));
      await http.post('/api/sessions/login').send({ username: name, password: 'not the password' }).expect(401);
    }
    expect(compared).toEqual([hash, hash]);
  });

  it('an unknown name causes the same reads as a known one', async () => {
    const { username } = await latchkey().person();
    const readsOf = async (name: string): Promise<string[]> => {
      const before = latchkey().statements.length;
      expectProblem(await logIn(name, 'not the password'), 'invalid_credentials');
      return latchkey()
        .statements.slice(before)
        .filter((statement) => /^select .* from "(users|passwords)"/i.test(statement));
    };
    const known = await readsOf(username);
    expect(known).toHaveLength(2);
    expect(await readsOf(freshName())).toEqual(known);
  });

  it.each([
    ['bcrypt', passwordHash],
    ['argon2id', argon2idHash],
  ])('the password of another account, hashed with %s, does not sign in with an unknown name', async (_, hash) => {
    const { person, http, accounts, services, database } = await startLatchkey(engine);
    // The only account: every other name is compared with its hash.
    const only = await person({ hash });
    const before = await accounts.findById(only.id);
    for (const name of [freshName(), `${freshName()}@example.com`, only.id]) {
      expect((await services.passwords.findForLogIn(name))?.hash).toBe(hash);
      const answer = await http.post('/api/sessions/login').send({ username: name, password });
      expectProblem(answer, 'invalid_credentials');
    }
    expect(await accounts.findById(only.id)).toEqual(before);
    expect(await database.read.select().from(database.tables.sessions)).toHaveLength(1);
    await http.post('/api/sessions/login').send({ username: only.username, password }).expect(200);
  });

  it('without any account, no password signs in', async () => {
    const { http } = await startLatchkey(engine);
    expectProblem(
      await http.post('/api/sessions/login').send({ username: freshName(), password }),
      'invalid_credentials',
    );
  });

  /** Signs in, and runs `happens` before the password is compared. */
  const overtakeLogIn = async (happens: (id: string) => Promise<unknown>) => {
    const { username, id } = await latchkey().person();
    latchkey().beforeNextComparison(() => happens(id));
    return logIn(username);
  };

  it('the old password does not sign in if it was changed during the comparison', async () => {
    const { database } = latchkey();
    const answer = await overtakeLogIn((id) =>
      database.transaction(async (write) => {
        const { passwords } = database.tables;
        await write
          .update(passwords)
          .set({ hash: passwordHash.replace(/.$/, 'b') })
          .where(eq(passwords.userId, id));
      }),
    );
    expectProblem(answer, 'invalid_credentials');
  });

  it('an account that is disabled during the comparison gets no session', async () => {
    const answer = await overtakeLogIn((id) => latchkey().disable(id));
    expectProblem(answer, 'account_disabled');
  });

  it('a role that changes during the comparison is the role in the token', async () => {
    const { database } = latchkey();
    const answer = await overtakeLogIn((id) =>
      database.transaction((write) => latchkey().accounts.setRole(write, id, 'admin')),
    );
    expect(answer.body.user.role).toBe('admin');
    const [, claims = ''] = answer.body.access_token.split('.');
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString()).role).toBe('admin');
  });

  it('an account that is deleted during the comparison gets the same answer as an unknown one', async () => {
    const { database } = latchkey();
    const answer = await overtakeLogIn((id) =>
      database.transaction(async (write) => {
        await write.delete(database.tables.users).where(eq(database.tables.users.id, id));
      }),
    );
    expectProblem(answer, 'invalid_credentials');
  });
});
