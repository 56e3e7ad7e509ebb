import { strFromU8, unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { askForCode, newApp, newPkce, queryOf, signInToApp } from '../../testing/apps.ts';
import { engines } from '../../testing/engines.ts';
import { expectProblem } from '../../testing/expect-problem.ts';
import { bearer, type Latchkey, password, shareLatchkey } from '../../testing/start-latchkey.ts';

type Person = Awaited<ReturnType<Latchkey['person']>>;

describe.each(engines)('the export of an account on $name', (engine) => {
  const shared = shareLatchkey(engine);

  const request = (token: string, given = password) =>
    shared()
      .http.post('/api/accounts/me/export')
      .set(...bearer(token))
      .send({ password: given });

  const download = async ({ access_token }: Pick<Person, 'access_token'>) => {
    const answer = await request(access_token).buffer(true).responseType('blob').expect(200);
    const files = Object.entries(unzipSync(answer.body)).map(([name, bytes]) => [name, strFromU8(bytes)] as const);
    expect(files.map(([name]) => name)).toEqual(['account.json', 'account.html']);
    const [[, json], [, html]] = files as [[string, string], [string, string]];
    return { json, html, data: JSON.parse(json), headers: answer.headers };
  };

  const get = async (path: string, { access_token }: Person) => {
    const answer = await shared()
      .http.get(path)
      .set(...bearer(access_token))
      .expect(200);
    return answer.body;
  };

  const createToken = async ({ access_token }: Person, body: object) =>
    (
      await shared()
        .http.post('/api/tokens')
        .set(...bearer(access_token))
        .send(body)
        .expect(201)
    ).body;

  it('holds what the API shows of the account', async () => {
    const person = await shared().person();
    await shared().openSessionOf(person.id);
    await createToken(person, { name: 'Backup script', audience: 'shop', scope: 'read' });
    const change = { metadata: { cart: ['tea', { size: 'XL' }] }, email: 'ada@example.com' };
    await shared()
      .http.patch('/api/accounts/me')
      .set(...bearer(person.access_token))
      .send(change)
      .expect(200);
    const { data, headers } = await download(person);
    expect(headers).toMatchObject({
      'content-type': 'application/zip',
      'content-disposition': `attachment; filename=${person.username}-data.zip`,
      'cache-control': 'no-store',
    });

    expect(data.account).toEqual({ ...(await get('/api/accounts/me', person)), emailVerifiedAt: null });
    const { sessions } = await get('/api/sessions', person);
    const byId = (one: { id: string }, other: { id: string }) => (one.id < other.id ? -1 : 1);
    expect(data.sessions).toEqual(
      sessions.toSorted(byId).map(({ current, ...session }: { current: boolean }) => expect.objectContaining(session)),
    );
    const { tokens } = await get('/api/tokens', person);
    expect(data.apiTokens).toEqual(tokens.map((token: object) => expect.objectContaining(token)));
    const { events } = await get('/api/activity', person);
    expect(events[0]).toMatchObject({ kind: 'data_exported' });
    expect(data.events).toEqual(
      events.map(({ current, shared, ...event }: Record<string, unknown>) => expect.objectContaining(event)),
    );
  });

  it('holds every table about a user, except four that hold nothing to read', () => {
    const about = Object.entries(shared().database.tables).flatMap(([name, table]) => ('userId' in table ? name : []));
    // A hash; codes of a minute, kept to recognize their reuse; devices of ten minutes; what an app is to learn of a sign-out.
    const unread = ['passwords', 'authorizationCodes', 'deviceRequests', 'logoutNotices'];
    const exported = ['sessions', 'events', 'verifications', 'consents', 'identities'];
    expect(about.toSorted()).toEqual([...unread, ...exported].toSorted());
  });

  it('holds the sign-ins to apps, and what the user has allowed them', async () => {
    const person = await shared().person();
    const name = `party of ${engine.name}`;
    const app = await newApp(shared(), { name, isThirdParty: true });
    const query = queryOf(app, newPkce().challenge, { scope: 'openid cart' });
    await askForCode(shared(), query, person, { consent: true }).expect(200);
    const tokens = await signInToApp(shared(), app, person, { scope: 'openid cart' });
    const { data, json } = await download(person);
    expect(data.appSignIns).toEqual([expect.objectContaining({ audience: name, scope: 'openid cart', endedAt: null })]);
    expect(data.consents).toEqual([{ app: name, scope: 'openid cart', grantedAt: expect.any(String) }]);
    expect(json).not.toContain(tokens.access_token);
  });

  it('holds the links and messages of the account, without their tokens', async () => {
    const person = await shared().person();
    const stranger = await shared().person();
    const token = await shared().linkTo(person, 'verify_email');
    const { json, data } = await download(person);
    expect(data.links).toEqual([expect.objectContaining({ kind: 'verify_email', endedAt: null })]);
    expect(json).not.toContain(token);

    const { verifications, messages } = shared().services;
    const now = shared().clock.now();
    const email = data.links[0].email;
    await shared().database.transaction(async (write) => {
      const opened = { kind: 'verify_email', userId: person.id, email } as const;
      const { id: verificationId } = await verifications.open(write, opened, now);
      await messages.insert(write, { kind: 'verify_email', detail: { verificationId }, recipient: email }, now);
      // To the same address, for another account.
      const other = await verifications.open(write, { ...opened, userId: stranger.id }, now);
      const detail = { verificationId: other.id, username: stranger.username };
      await messages.insert(write, { kind: 'reset_password', detail, recipient: email }, now);
    });
    const { data: later } = await download(person);
    expect(later.messages).toEqual([
      { kind: 'verify_email', about: null, recipient: email, createdAt: now.toISOString(), sentAt: null },
    ]);
  });

  it('holds nothing of another account', async () => {
    const person = await shared().person();
    const admin = await shared().person({ role: 'admin' });
    await createToken(admin, { name: 'for a service', username: person.username });
    await createToken(admin, { name: 'own-token-of-the-admin' });
    const { json, html, data } = await download(person);
    expect(data.apiTokens).toEqual([expect.objectContaining({ username: person.username })]);
    for (const file of [json, html]) {
      expect(file).not.toContain(admin.id);
      expect(file).not.toContain('own-token-of-the-admin');
    }
  });

  it('holds no hash, token or cookie', async () => {
    const person = await shared().person();
    const { access_token } = await createToken(person, { name: 'Backup script' });
    await shared().linkTo(person, 'reset_password');
    const { tables, read } = shared().database;
    const secrets = [
      access_token,
      person.access_token,
      person.refresh_token,
      password,
      ...(await read.select().from(tables.passwords)).map(({ hash }) => hash),
      ...(await read.select().from(tables.events)).map(({ hash }) => hash),
      ...(await read.select().from(tables.verifications)).map(({ tokenHash }) => tokenHash),
    ];
    const { json, html } = await download(person);
    for (const file of [json, html]) {
      for (const secret of secrets) expect(file).not.toContain(secret);
      // A hash or a token is longer than any word here without a hyphen.
      expect(file).not.toMatch(/\$2[aby]\$|\$argon2|eyJ|[A-Za-z0-9_]{40}/);
    }
  });

  it('the page escapes every value and runs nothing', async () => {
    const person = await shared().person();
    const displayName = '<script>alert(1)</script>"\'&';
    await shared()
      .http.patch('/api/accounts/me')
      .set(...bearer(person.access_token))
      .send({ displayName, metadata: { '</pre><img src=x onerror=alert(2)>': '</pre><b>' } })
      .expect(200);
    await createToken(person, { name: '<i>token</i>' });
    await shared()
      .http.post('/api/accounts/me/export')
      .set(...bearer(person.access_token))
      .set('User-Agent', '<u>agent</u>')
      .send({ password })
      .expect(200);
    const { html, data } = await download(person);
    expect(data.account.displayName).toBe(displayName);
    expect(html).not.toMatch(/<(script|img|i|b|u|link|iframe)\b/);
    expect(html).not.toMatch(/<[^>]*\s(src|href|on\w+)=/);
    expect(html).toContain('&#60;script&#62;');
    expect(html).toContain('&#60;u&#62;agent');
    expect(html).toContain("default-src 'none'");
  });

  it('is refused with a wrong password, and records that', async () => {
    const person = await shared().person();
    expectProblem(await request(person.access_token, 'not the password'), 'wrong_password');
    const { events } = await get('/api/activity', person);
    expect(events.map(({ kind }: { kind: string }) => kind)).toEqual(['password_not_confirmed', 'registered']);
  });

  it('reads many events page by page and leaves none out', async () => {
    const person = await shared().person();
    const { record } = shared().services;
    const count = 1_000;
    await shared().database.transaction(async (write) => {
      for (let n = 0; n < count; n++) await record(write, { userId: person.id, kind: 'signed_out' });
    });
    const { data, html } = await download(person);
    const numbers = data.events.map(({ number }: { number: number }) => number);
    // Beside them, the registration and the export.
    expect(numbers).toEqual(Array.from({ length: count + 2 }, (_, index) => count + 2 - index));
    expect(html.match(/signed_out/g)).toHaveLength(count);
  });
});
