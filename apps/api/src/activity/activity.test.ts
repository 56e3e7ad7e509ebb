import type { Event, EventKind } from '@latchkey/contract/activity';
import { eventKind } from '@latchkey/contract/activity';
import { describe, expect, it } from 'vitest';
import { newApp, signInToApp } from '../../testing/apps.ts';
import { engines } from '../../testing/engines.ts';
import { expectProblem } from '../../testing/expect-problem.ts';
import { identifiedAttempt } from '../../testing/provider.ts';
import { runCommand } from '../../testing/run-command.ts';
import {
  bearer,
  freshName,
  type Latchkey,
  password,
  shareLatchkey,
  startLatchkey,
} from '../../testing/start-latchkey.ts';

type Person = Awaited<ReturnType<Latchkey['person']>>;

const firefox = 'Mozilla/5.0 (Android 16; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0';
const newerFirefox = firefox.replaceAll('140.0', '141.0');
const safari =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15';

const activityOf = async ({ http }: Latchkey, token: string, before?: number): Promise<Event[]> =>
  (
    await http
      .get('/api/activity')
      .set('User-Agent', firefox)
      .query(before === undefined ? {} : { before })
      .set(...bearer(token))
      .expect(200)
  ).body.events;

const post = ({ http }: Latchkey, path: string, body: object, token?: string) => {
  const request = http.post(path).set('User-Agent', firefox);
  if (token) request.set(...bearer(token));
  return request.send(body);
};

const run = ({ services }: Latchkey, ...words: readonly string[]): Promise<string> =>
  runCommand(services, 'users', ...words);

const createToken = async (
  latchkey: Latchkey,
  { access_token }: Pick<Person, 'access_token'>,
  options = {},
): Promise<string> =>
  (await post(latchkey, '/api/tokens', { name: 'kiosk', ...options }, access_token).expect(201)).body.id;

const closeAccount = ({ http }: Latchkey, { access_token }: Pick<Person, 'access_token'>) =>
  http
    .delete('/api/accounts/me')
    .set(...bearer(access_token))
    .send({ password })
    .expect(204);

const disconnectApp = async (latchkey: Latchkey, person: Person): Promise<void> => {
  const app = await newApp(latchkey);
  await signInToApp(latchkey, app, person);
  await latchkey.http
    .delete(`/api/apps/${app.id}`)
    .set(...bearer(person.access_token))
    .expect(204);
};

const connect = async (latchkey: Latchkey, { access_token }: Person): Promise<string> => {
  const { attempt, headers } = await identifiedAttempt(latchkey);
  const request = latchkey.http.post('/api/identities').set(...bearer(access_token));
  return (await request.set(headers).send({ attempt }).expect(201)).body.id;
};

/** Causes an event of each kind. */
const causes: Record<EventKind, (latchkey: Latchkey, person: Person) => Promise<unknown>> = {
  registered: async () => undefined,
  app_authorized: async (latchkey, person) => signInToApp(latchkey, await newApp(latchkey), person),
  app_disconnected: disconnectApp,
  identity_linked: connect,
  identity_unlinked: async (latchkey, person) => {
    const id = await connect(latchkey, person);
    await latchkey.http
      .delete(`/api/identities/${id}`)
      .set(...bearer(person.access_token))
      .expect(204);
  },
  signed_in: (latchkey, { username }) => post(latchkey, '/api/sessions/login', { username, password }).expect(200),
  sign_in_failed: (latchkey, { username }) =>
    post(latchkey, '/api/sessions/login', { username, password: 'wrong' }).expect(401),
  signed_out: async (latchkey, { id }) => {
    const { refresh_token } = await latchkey.openSessionOf(id);
    await post(latchkey, '/api/sessions/logout', { refresh_token }).expect(204);
  },
  session_moved: async (latchkey, { id }) => {
    const { body } = await post(latchkey, '/api/sessions/refresh', {
      refresh_token: (await latchkey.openSessionOf(id)).refresh_token,
    });
    const { refresh_token } = body;
    await latchkey.http.post('/api/sessions/refresh').set('User-Agent', safari).send({ refresh_token }).expect(200);
  },
  refresh_reused: async (latchkey, { id }) => {
    const { refresh_token } = await latchkey.openSessionOf(id);
    const { body } = await post(latchkey, '/api/sessions/refresh', { refresh_token }).expect(200);
    await post(latchkey, '/api/sessions/refresh', { refresh_token: body.refresh_token }).expect(200);
    await post(latchkey, '/api/sessions/refresh', { refresh_token }).expect(401);
  },
  session_ended: async ({ http, openSessionOf }, { id, access_token }) => {
    const { session } = await openSessionOf(id);
    await http
      .delete(`/api/sessions/${session.id}`)
      .set(...bearer(access_token))
      .expect(204);
  },
  other_sessions_ended: async ({ http, openSessionOf }, { id, access_token }) => {
    await openSessionOf(id);
    await http
      .delete('/api/sessions')
      .set(...bearer(access_token))
      .expect(204);
  },
  too_many_sessions: async ({ openSessionOf }, { id }) => {
    for (let n = 0; n < 100; n++) await openSessionOf(id);
  },
  password_changed: (latchkey, { access_token }) =>
    post(
      latchkey,
      '/api/passwords/change',
      { currentPassword: password, newPassword: 'seven purple kettles' },
      access_token,
    ).expect(204),
  password_reset: (latchkey, { username }) => run(latchkey, 'reset-password', username),
  password_not_confirmed: (latchkey, { access_token }) =>
    post(
      latchkey,
      '/api/passwords/change',
      { currentPassword: 'wrong', newPassword: 'seven purple kettles' },
      access_token,
    ).expect(403),
  email_changed: ({ http }, { access_token }) =>
    http
      .patch('/api/accounts/me')
      .set(...bearer(access_token))
      .send({ email: 'ada@example.com' })
      .expect(200),
  email_change_requested: (latchkey, { access_token }) =>
    post(latchkey, '/api/emails/change', { email: 'ada@example.com', password }, access_token).expect(202),
  email_verified: async (latchkey, person) =>
    post(latchkey, '/api/emails/verify', { token: await latchkey.linkTo(person, 'verify_email') }).expect(200),
  change_undone: async (latchkey, person) => {
    const token = await latchkey.linkTo(person, 'undo_password_change');
    return post(latchkey, '/api/emails/undo-change', { token }).expect(204);
  },
  password_recovered: async (latchkey, person) => {
    const token = await latchkey.linkTo(person, 'reset_password');
    return post(latchkey, '/api/passwords/reset', { token, newPassword: 'seven purple kettles' }).expect(204);
  },
  token_issued: createToken,
  token_issued_for_other: async (latchkey, { id }) => {
    const other = await latchkey.person();
    await latchkey.database.transaction((write) => latchkey.accounts.setRole(write, id, 'admin'));
    await createToken(latchkey, await latchkey.openSessionOf(id), { username: other.username });
  },
  token_issued_by_other: async (latchkey, { username }) =>
    createToken(latchkey, await latchkey.person({ role: 'admin' }), { username }),
  token_revoked: async (latchkey, person) => {
    const id = await createToken(latchkey, person);
    await latchkey.http
      .delete(`/api/tokens/${id}`)
      .set(...bearer(person.access_token))
      .expect(204);
  },
  data_exported: (latchkey, { access_token }) =>
    post(latchkey, '/api/accounts/me/export', { password }, access_token).expect(200),
  role_changed: (latchkey, { username }) => run(latchkey, 'promote', username),
  account_disabled: async (latchkey, { username }) => {
    await run(latchkey, 'disable', username);
    await run(latchkey, 'enable', username);
  },
  account_enabled: (latchkey, { username }) => run(latchkey, 'enable', username),
  account_closed: async (latchkey, person) => {
    await closeAccount(latchkey, person);
    await run(latchkey, 'enable', person.username);
  },
  account_closed_by_admin: async (latchkey, { username }) => {
    await run(latchkey, 'delete', username);
    await run(latchkey, 'enable', username);
  },
  account_reopened: async (latchkey, person) => {
    await closeAccount(latchkey, person);
    await post(latchkey, '/api/sessions/login', { username: person.username, password, reopen: true }).expect(200);
  },
  disowned: (latchkey, { access_token }) =>
    post(latchkey, '/api/activity/disown', { number: 1 }, access_token).expect(204),
};

describe.each(engines)('activity on $name', (engine) => {
  const shared = shareLatchkey(engine);

  it.each(eventKind.options)('the owner sees a %s event', async (kind) => {
    const latchkey = shared();
    const person = await latchkey.person();
    await causes[kind](latchkey, person);
    const { access_token } = await latchkey.openSessionOf(person.id);
    const events = await activityOf(latchkey, access_token);
    expect(events.map((event) => event.kind)).toContain(kind);
    expect(events.map(({ number }) => number)).toEqual(events.map((_, index) => events.length - index));
    expect(await latchkey.services.events.findBreak(person.id)).toBeUndefined();
  });

  it('an event has a time, an address and a device', async () => {
    const latchkey = shared();
    const person = await latchkey.person();
    await causes.sign_in_failed(latchkey, person);
    const [event] = await activityOf(latchkey, person.access_token);
    expect(event).toEqual({
      number: 2,
      at: latchkey.clock.now().toISOString(),
      kind: 'sign_in_failed',
      browser: 'Firefox 140',
      system: 'Android 16',
      address: '127.0.0.1',
      detail: null,
      current: false,
      shared: false,
    });
  });

  it('a newer version of the browser does not move a session; another browser does', async () => {
    const latchkey = shared();
    const person = await latchkey.person();
    const logIn = await post(latchkey, '/api/sessions/login', { username: person.username, password }).expect(200);
    const refresh = async (refresh_token: string, userAgent: string): Promise<string> => {
      const answer = await latchkey.http
        .post('/api/sessions/refresh')
        .set('User-Agent', userAgent)
        .send({ refresh_token });
      expect(answer.status).toBe(200);
      return answer.body.refresh_token;
    };
    const next = await refresh(logIn.body.refresh_token, newerFirefox);
    expect((await activityOf(latchkey, person.access_token))[0]?.kind).toBe('signed_in');
    await refresh(next, safari);
    const [moved] = await activityOf(latchkey, person.access_token);
    expect(moved).toMatchObject({ kind: 'session_moved', browser: 'Safari 18', detail: 'Firefox 141, Android 16' });
  });

  it('an event records its actor: the owner, an admin, the operator or the system', async () => {
    const latchkey = shared();
    const [admin, person] = [await latchkey.person({ role: 'admin' }), await latchkey.person()];
    await causes.sign_in_failed(latchkey, person);
    await createToken(latchkey, person);
    await createToken(latchkey, admin, { username: person.username });
    await run(latchkey, 'promote', person.username);
    const all = await latchkey.services.events.list(person.id, undefined, 10);
    expect(all.map(({ kind, actor, actorId, detail }) => [kind, actor, actorId, detail])).toEqual([
      ['role_changed', 'operator', null, { role: 'admin' }],
      ['token_issued_by_other', 'admin', admin.id, { username: admin.username }],
      ['token_issued', 'owner', person.id, { name: 'kiosk' }],
      ['sign_in_failed', 'system', null, {}],
      ['registered', 'owner', person.id, {}],
    ]);
  });

  it('an account that the operator creates has an event with the operator as its actor', async () => {
    const latchkey = shared();
    const username = freshName();
    await run(latchkey, 'create', username);
    const account = await latchkey.accounts.findByUsername(username);
    const [event] = await latchkey.services.events.list(account?.id ?? '', undefined, 10);
    expect(event).toMatchObject({ kind: 'registered', actor: 'operator', actorId: null, number: 1 });
  });

  it('a page has fifty events, and only the owner can read them', async () => {
    const latchkey = shared();
    const [person, other] = [await latchkey.person(), await latchkey.person()];
    for (let n = 0; n < 59; n++) await causes.signed_out(latchkey, person);
    const first = await activityOf(latchkey, person.access_token);
    const second = await activityOf(latchkey, person.access_token, first.at(-1)?.number);
    expect(first.concat(second).map(({ number }) => number)).toEqual(Array.from({ length: 60 }, (_, n) => 60 - n));
    expect(first).toHaveLength(50);
    expect(await activityOf(latchkey, other.access_token)).toHaveLength(1);
  });

  it('sixty concurrent events are all recorded, in one chain', async () => {
    const latchkey = shared();
    const person = await latchkey.person();
    await Promise.all(Array.from({ length: 60 }, () => causes.signed_out(latchkey, person)));
    const all = await latchkey.services.events.list(person.id, undefined, 1000);
    expect(all).toHaveLength(61);
    expect(await latchkey.services.events.findBreak(person.id)).toBeUndefined();
  });

  it('ten concurrent revocations of one token record one event', async () => {
    const latchkey = shared();
    const person = await latchkey.person();
    const id = await createToken(latchkey, person);
    const revoke = async () => {
      const { status } = await latchkey.http.delete(`/api/tokens/${id}`).set(...bearer(person.access_token));
      return status;
    };
    expect((await Promise.all(Array.from({ length: 10 }, revoke))).filter((status) => status === 204)).toHaveLength(1);
    const events = await activityOf(latchkey, person.access_token);
    expect(events.filter(({ kind }) => kind === 'token_revoked')).toHaveLength(1);
  });

  it.each([
    `UPDATE events SET kind = 'signed_out'`,
    'DELETE FROM events',
    ...(engine.name === 'PostgreSQL' ? ['TRUNCATE events'] : []),
  ])('the database refuses: %s', async (sql) => {
    const latchkey = await startLatchkey(engine);
    const { access_token } = await latchkey.person();
    await expect(engine.execute(latchkey.databaseUrl, sql)).rejects.toThrow(/events/);
    expect((await activityOf(latchkey, access_token)).map(({ kind }) => kind)).toEqual(['registered']);
  });

  it('a change that bypasses the triggers is detected', async () => {
    const latchkey = await startLatchkey(engine);
    const person = await latchkey.person();
    for (let n = 0; n < 3; n++) await causes.sign_in_failed(latchkey, person);
    expect(await run(latchkey, 'activity', person.username)).toMatch(/The event log is intact/);
    await engine.execute(
      latchkey.databaseUrl,
      engine.withoutTriggers(`UPDATE events SET kind = 'signed_in' WHERE number = 3`),
    );
    expect(await run(latchkey, 'activity', person.username)).toMatch(/Tampered: event 3 does not match event 2/);
    await engine.execute(
      latchkey.databaseUrl,
      engine.withoutTriggers(`UPDATE events SET hash_version = 0 WHERE number = 2`),
    );
    expect(await run(latchkey, 'activity', person.username)).toMatch(/Tampered: event 2 does not match event 1/);
    await engine.execute(latchkey.databaseUrl, engine.withoutTriggers('DELETE FROM events WHERE number = 2'));
    expect(await run(latchkey, 'activity', person.username)).toMatch(/Tampered: event 3 does not match event 2/);
  });

  it('deleting an account deletes its events', async () => {
    const latchkey = shared();
    const person = await latchkey.person();
    await causes.sign_in_failed(latchkey, person);
    await run(latchkey, 'delete', person.username, '--now');
    expect(await latchkey.services.events.list(person.id, undefined, 10)).toEqual([]);
  });

  it('reporting an event as unrecognized ends every other session and every API token, but not this session', async () => {
    const latchkey = shared();
    const person = await latchkey.person();
    const thief = await latchkey.openSessionOf(person.id);
    const stolen = await createToken(latchkey, { ...person, ...thief });
    await post(latchkey, '/api/activity/disown', { number: 1 }, person.access_token).expect(204);
    expectProblem(await latchkey.me(thief.access_token), 'token_revoked');
    expect((await latchkey.sessionOf(stolen))?.endedAt).not.toBeNull();
    await latchkey.me(person.access_token).expect(200);
    const [event] = await activityOf(latchkey, person.access_token);
    expect(event).toMatchObject({ kind: 'disowned', detail: '1', current: true });
  });

  it('an API token that is created during a report does not outlive it', async () => {
    const latchkey = shared();
    for (let round = 0; round < 5; round++) {
      const person = await latchkey.person();
      const thief = await latchkey.openSessionOf(person.id);
      const make = () =>
        post(latchkey, '/api/tokens', { name: 'for a year', expiresIn: 31_536_000 }, thief.access_token);
      const answers = await Promise.all([
        ...Array.from({ length: 8 }, async () => make()),
        (async () => post(latchkey, '/api/activity/disown', { number: 1 }, person.access_token))(),
        ...Array.from({ length: 8 }, async () => make()),
      ]);
      for (const { body } of answers) {
        if (body.access_token) expect((await latchkey.sessionOf(body.id))?.endedAt).not.toBeNull();
      }
    }
  });

  it('a refresh from another browser within the grace period is recorded', async () => {
    const latchkey = shared();
    const person = await latchkey.person();
    const { body } = await post(latchkey, '/api/sessions/login', { username: person.username, password }).expect(200);
    const { refresh_token } = body;
    await post(latchkey, '/api/sessions/refresh', { refresh_token }).expect(200);
    await latchkey.http.post('/api/sessions/refresh').set('User-Agent', safari).send({ refresh_token }).expect(200);
    const [moved] = await activityOf(latchkey, person.access_token);
    expect(moved).toMatchObject({ kind: 'session_moved', browser: 'Safari 18', detail: 'Firefox 140, Android 16' });
  });

  it('an event of the same session in another browser is not marked as this device', async () => {
    const latchkey = shared();
    const { access_token } = await latchkey.person();
    await latchkey.http
      .post('/api/tokens')
      .set('User-Agent', safari)
      .set(...bearer(access_token))
      .send({ name: 'not mine' })
      .expect(201);
    expect(await activityOf(latchkey, access_token)).toMatchObject([
      { kind: 'token_issued', current: false, shared: true },
      {},
    ]);
    await createToken(latchkey, { access_token });
    expect((await activityOf(latchkey, access_token))[0]).toMatchObject({
      kind: 'token_issued',
      current: true,
      shared: false,
    });
  });

  it('concurrent changes of the e-mail address record one event for each actual change', async () => {
    const latchkey = shared();
    for (let round = 0; round < 5; round++) {
      const { access_token } = await latchkey.person({ email: 'own@example.com', emailFolded: 'own@example.com' });
      const change = async (changes: object) =>
        latchkey.http
          .patch('/api/accounts/me')
          .set(...bearer(access_token))
          .send(changes);
      await Promise.all([
        change({ email: 'thief@example.com' }),
        change({ email: 'own@example.com' }),
        change({ displayName: 'Ada' }),
      ]);
      const { body } = await latchkey.me(access_token);
      const changes = (await activityOf(latchkey, access_token)).filter(({ kind }) => kind === 'email_changed').length;
      // One change to the thief's address, and perhaps one back. Setting the address that is already set is no change.
      expect(changes).toBe(body.email === 'own@example.com' ? 2 : 1);
    }
  });

  it('moves of a session and changes of the e-mail address are limited, because their events are permanent', async () => {
    const latchkey = await startLatchkey(engine, { settings: { RATE_LIMITS: 'on' } });
    const { access_token, refresh_token: first } = await latchkey.person();
    const statuses: number[] = [];
    for (let n = 0; n < 21; n++) {
      const answer = await latchkey.http
        .patch('/api/accounts/me')
        .set(...bearer(access_token))
        .send({ email: `ada-${n}@example.com` });
      statuses.push(answer.status);
    }
    expect(statuses).toEqual([...Array(20).fill(200), 429]);
    let refresh_token = first;
    for (let n = 0; n < 20; n++) {
      const agent = n % 2 ? firefox : safari;
      const answer = await latchkey.http.post('/api/sessions/refresh').set('User-Agent', agent).send({ refresh_token });
      expect(answer.status).toBe(200);
      refresh_token = answer.body.refresh_token;
    }
    const refresh = (agent: string) =>
      latchkey.http.post('/api/sessions/refresh').set('User-Agent', agent).send({ refresh_token });
    expectProblem(await refresh(safari), 'too_many_attempts');
    // Without a move, the session can still be refreshed.
    await refresh(firefox).expect(200);
  });

  it.each([2 ** 31 - 1, 2 ** 31, Number.MAX_SAFE_INTEGER])(
    'the number %d is invalid, on either database',
    async (number) => {
      const latchkey = shared();
      const { access_token } = await latchkey.person();
      expectProblem(await post(latchkey, '/api/activity/disown', { number }, access_token), 'invalid_request');
    },
  );

  it('an event of another account cannot be reported', async () => {
    const latchkey = shared();
    const [person, other] = [await latchkey.person(), await latchkey.person()];
    for (let n = 0; n < 5; n++) await causes.sign_in_failed(latchkey, other);
    const bystander = await latchkey.openSessionOf(person.id);
    expectProblem(await post(latchkey, '/api/activity/disown', { number: 4 }, person.access_token), 'not_found');
    await latchkey.me(bystander.access_token).expect(200);
  });

  it('a token that an admin creates for a user is recorded for both', async () => {
    const latchkey = shared();
    const [admin, person] = [await latchkey.person({ role: 'admin' }), await latchkey.person()];
    await createToken(latchkey, admin, { username: person.username });
    const [owners] = await activityOf(latchkey, person.access_token);
    const [admins] = await activityOf(latchkey, admin.access_token);
    expect(owners).toMatchObject({ kind: 'token_issued_by_other', detail: admin.username });
    expect(admins).toMatchObject({ kind: 'token_issued_for_other', detail: person.username });
  });

  it('an unknown user name runs as many inserts as a wrong password', async () => {
    const latchkey = await startLatchkey(engine);
    const person = await latchkey.person();
    const writesOf = async (username: string): Promise<number> => {
      const before = latchkey.statements.length;
      await post(latchkey, '/api/sessions/login', { username, password: 'wrong' }).expect(401);
      return latchkey.statements.slice(before).filter((statement) => /^insert/i.test(statement)).length;
    };
    await writesOf(person.username);
    expect(await writesOf('nobody-at-all')).toBe(await writesOf(person.username));
  });
});
