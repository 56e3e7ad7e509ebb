import { randomUUID } from 'node:crypto';
import { strFromU8, unzipSync } from 'fflate';
import type { OAuth2Server } from 'oauth2-mock-server';
import { beforeEach, describe, expect, it } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { expectProblem } from '../../testing/expect-problem.ts';
import { createBrowser, providerSettings, setClaims, startProvider } from '../../testing/provider.ts';
import { bearer, freshName, type Latchkey, password, startLatchkey } from '../../testing/start-latchkey.ts';
import { Problem } from '../problem.ts';
import { completeSignIn } from '../sessions/complete-sign-in.ts';
import { signInWithIdentity } from './sign-in-with-identity.ts';

describe.each(engines)('signing in with a provider on $name', (engine) => {
  let provider: OAuth2Server;
  let latchkey: Latchkey;
  const start = (settings: Record<string, string> = {}) =>
    startLatchkey(engine, {
      settings: {
        SIGN_IN_PROVIDERS: 'acme,globex',
        ...providerSettings(provider.issuer.url),
        ...providerSettings(provider.issuer.url, 'globex'),
        ...settings,
      },
    });
  beforeEach(async () => {
    provider = await startProvider();
    latchkey = await start();
  });

  const freshEmail = (): string => `${randomUUID()}@example.com`;
  const newClaims = () => ({
    sub: randomUUID(),
    email: freshEmail(),
    email_verified: true,
    preferred_username: freshName(),
    name: 'Ada Lovelace',
  });
  /** A user who has registered with the provider, and has no password. */
  const newcomer = async (claims = newClaims()) => {
    setClaims(provider, claims);
    const browser = createBrowser(latchkey);
    const { attempt, profile } = await browser.identify();
    const { body } = await browser.register(attempt, { username: profile.username }).expect(201);
    return { ...body, claims };
  };
  const verifiedPerson = (email = freshEmail()) =>
    latchkey.person({ email, emailFolded: email, emailVerifiedAt: latchkey.clock.now() } as object);
  const get = async (path: string, token: string) =>
    (
      await latchkey.http
        .get(path)
        .set(...bearer(token))
        .expect(200)
    ).body;
  const kindsOf = async (token: string): Promise<string[]> =>
    (await get('/api/activity', token)).events.map(({ kind }: { kind: string }) => kind);

  it('sends the browser to the provider with state, nonce and PKCE, and stores none of them', async () => {
    const location = await createBrowser(latchkey).start({ isAgain: true });
    expect(location.origin + location.pathname).toBe(`${provider.issuer.url}/authorize`);
    expect(Object.fromEntries(location.searchParams)).toEqual({
      response_type: 'code',
      client_id: 'latchkey',
      redirect_uri: 'http://localhost:5173/api/identities/acme/callback',
      scope: 'openid profile email',
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
      prompt: 'login',
    });
    const { read, tables } = latchkey.database;
    const stored = JSON.stringify(await read.select().from(tables.signInAttempts));
    for (const secret of ['state', 'nonce', 'code_challenge'])
      expect(stored).not.toContain(location.searchParams.get(secret) ?? 'it is there');
  });

  it('asks an unknown identity for a user name, then registers and signs in', async () => {
    const claims = newClaims();
    setClaims(provider, claims);
    const browser = createBrowser(latchkey);
    const identified = await browser.identify();
    expect(identified).toEqual({
      attempt: expect.any(String),
      provider: { name: 'acme', label: 'Acme' },
      next: 'register',
      profile: {
        account: claims.email,
        username: claims.preferred_username,
        displayName: 'Ada Lovelace',
        email: claims.email,
      },
    });
    const username = freshName();
    const { body } = await browser
      .register(identified.attempt, { username, email: claims.email, displayName: 'Ada' })
      .expect(201);
    // The operator does not trust the provider for addresses.
    expect(body.user).toMatchObject({ username, email: claims.email, emailVerified: false, displayName: 'Ada' });
    expect(await kindsOf(body.access_token)).toEqual(['registered']);
    expect(await get('/api/identities', body.access_token)).toEqual({
      identities: [expect.objectContaining({ provider: { name: 'acme', label: 'Acme' }, account: claims.email })],
      hasPassword: false,
    });
    expectProblem(await browser.register(identified.attempt, { username: freshName() }), 'token_spent');
  });

  it('signs in the owner of a known identity, with amr "fed"', async () => {
    const { user, claims } = await newcomer();
    setClaims(provider, { ...claims, email: 'new@example.com' });
    const browser = createBrowser(latchkey);
    const { attempt, next } = await browser.identify();
    expect(next).toBe('sign_in');
    const { body } = await browser.signIn(attempt).expect(200);
    expect(body.user.id).toBe(user.id);
    expect(await kindsOf(body.access_token)).toEqual(['signed_in', 'registered']);
    const { identities } = await get('/api/identities', body.access_token);
    expect(identities).toEqual([expect.objectContaining({ account: 'new@example.com' })]);
    const [session] = await latchkey.database.read.select().from(latchkey.database.tables.sessions);
    expect(session?.methods).toEqual(['fed']);
  });

  it('takes the user name and address from userinfo when the ID token has none', async () => {
    const { sub, ...claims } = newClaims();
    setClaims(provider, { sub });
    provider.service.on('beforeUserinfo', (answer) => {
      answer.body = { sub, ...claims };
    });
    const { profile } = await createBrowser(latchkey).identify();
    expect(profile).toMatchObject({ username: claims.preferred_username, email: claims.email });
  });

  it('does not look for the owner by address unless both sides have verified it and the provider is trusted', async () => {
    const email = freshEmail();
    const person = await verifiedPerson(email);
    const nextWith = async (settings: Record<string, string>, claims: object) => {
      latchkey = await startLatchkey(engine, {
        databaseUrl: latchkey.databaseUrl,
        clock: latchkey.clock,
        settings: { SIGN_IN_PROVIDERS: 'acme', ...providerSettings(provider.issuer.url), ...settings },
      });
      setClaims(provider, { ...newClaims(), email, ...claims });
      const browser = createBrowser(latchkey);
      return { browser, ...(await browser.identify()) };
    };
    const trusted = { PROVIDER_ACME_TRUST_EMAIL: 'on' };
    expect((await nextWith({}, {})).next).toBe('register');
    expect((await nextWith(trusted, { email_verified: false })).next).toBe('register');
    expect((await nextWith(trusted, { email_verified: undefined })).next).toBe('register');
    expect((await nextWith(trusted, { email_verified: 'true' })).next).toBe('register');
    const pending = await latchkey.person({ email: freshEmail() });
    const { body } = await latchkey.me(pending.access_token);
    expect((await nextWith(trusted, { email: body.email })).next).toBe('register');

    const { browser, next, attempt } = await nextWith(trusted, { email: email.toUpperCase() });
    expect(next).toBe('sign_in');
    const signedIn = await browser.signIn(attempt).expect(200);
    expect(signedIn.body.user.id).toBe(person.id);
    expect(await kindsOf(signedIn.body.access_token)).toEqual(['identity_linked', 'signed_in', 'registered']);
  });

  it('half a sign-in connects nothing', async () => {
    latchkey = await start({ PROVIDER_ACME_TRUST_EMAIL: 'on' });
    const email = freshEmail();
    const { id } = await verifiedPerson(email);
    setClaims(provider, { ...newClaims(), email });
    const browser = createBrowser(latchkey);
    const { attempt, next } = await browser.identify();
    expect(next).toBe('sign_in');
    const missing = new Problem('permission_missing', 'A second factor is missing.');
    const strict = completeSignIn({ ...latchkey.services, signInRequirements: [async () => missing] });
    const signIn = signInWithIdentity({ ...latchkey.services, completeSignIn: strict });
    const origin = { client: { userAgent: null, address: null }, deviceToken: undefined };
    await expect(signIn({ state: attempt, browser: browser.secret() }, false, origin)).rejects.toBe(missing);
    expect(await latchkey.services.identities.list(id)).toEqual([]);
  });

  it('verifies the address of a newcomer if the provider is trusted for it', async () => {
    latchkey = await start({ PROVIDER_ACME_TRUST_EMAIL: 'on' });
    const claims = newClaims();
    setClaims(provider, claims);
    const browser = createBrowser(latchkey);
    const { attempt } = await browser.identify();
    const { body } = await browser.register(attempt, { username: freshName(), email: claims.email }).expect(201);
    expect(body.user).toMatchObject({ email: claims.email, emailVerified: true });

    setClaims(provider, newClaims());
    const other = createBrowser(latchkey);
    const second = await other.identify();
    const answer = await other.register(second.attempt, { username: freshName(), email: freshEmail() }).expect(201);
    expect(answer.body.user.emailVerified).toBe(false);
  });

  it('connects an identity to the signed-in account, and signs in with it', async () => {
    const person = await latchkey.person();
    setClaims(provider, newClaims());
    const browser = createBrowser(latchkey);
    const { attempt, next } = await browser.identify({ isLink: true });
    expect(next).toBe('link');
    const { body } = await browser.link(attempt, person.access_token).expect(201);
    expect(await get('/api/identities', person.access_token)).toEqual({ identities: [body], hasPassword: true });
    expect(await kindsOf(person.access_token)).toEqual(['identity_linked', 'registered']);

    const again = await browser.identify();
    expect((await browser.signIn(again.attempt).expect(200)).body.user.id).toBe(person.id);

    await browser.unlink(body.id, person.access_token).expect(204);
    expect(await kindsOf(person.access_token)).toEqual([
      'identity_unlinked',
      'signed_in',
      'identity_linked',
      'registered',
    ]);
    expectProblem(await browser.unlink(body.id, person.access_token), 'not_found');
    expect((await browser.identify()).next).toBe('register');
  });

  it('refuses an identity that belongs to another account, and keeps the attempt', async () => {
    const { claims } = await newcomer();
    setClaims(provider, claims);
    const person = await latchkey.person();
    const browser = createBrowser(latchkey);
    const { attempt } = await browser.identify({ isLink: true });
    expectProblem(await browser.link(attempt, person.access_token), 'identity_taken');
    expectProblem(await browser.register(attempt, { username: freshName() }), 'identity_taken');
    expect(await get('/api/identities', person.access_token)).toEqual({ identities: [], hasPassword: true });
    await browser.signIn(attempt).expect(200);
  });

  it('does not connect or disconnect when the last sign-in was more than ten minutes ago', async () => {
    const person = await latchkey.person();
    setClaims(provider, newClaims());
    const browser = createBrowser(latchkey);
    const { attempt } = await browser.identify({ isLink: true });
    latchkey.clock.turn(601);
    expectProblem(await browser.link(attempt, person.access_token), 'insufficient_user_authentication');
    const fresh = await latchkey.openSessionOf(person.id);
    const { body } = await browser.link(attempt, fresh.access_token).expect(201);
    expectProblem(await browser.unlink(body.id, person.access_token), 'insufficient_user_authentication');
  });

  it('never disconnects the only way to sign in', async () => {
    const { access_token } = await newcomer();
    const { identities } = await get('/api/identities', access_token);
    const browser = createBrowser(latchkey);
    expectProblem(await browser.unlink(identities[0].id, access_token), 'last_sign_in_method');
    // One of another provider is another way in, as long as the settings have that provider.
    const globex = createBrowser(latchkey, 'globex');
    setClaims(provider, newClaims());
    const { attempt } = await globex.identify({ isLink: true });
    await globex.link(attempt, access_token).expect(201);
    const without = await startLatchkey(engine, {
      databaseUrl: latchkey.databaseUrl,
      clock: latchkey.clock,
      settings: { SIGN_IN_PROVIDERS: 'acme', ...providerSettings(provider.issuer.url) },
    });
    const refused = await createBrowser(without).unlink(identities[0].id, access_token);
    expectProblem(refused, 'last_sign_in_method');
    await browser.unlink(identities[0].id, access_token).expect(204);
  });

  it('of ten concurrent disconnections of two identities, one way to sign in remains', async () => {
    const { access_token } = await newcomer();
    const globex = createBrowser(latchkey, 'globex');
    setClaims(provider, newClaims());
    await globex.link((await globex.identify({ isLink: true })).attempt, access_token).expect(201);
    const { identities } = await get('/api/identities', access_token);
    const ids: string[] = identities.map(({ id }: { id: string }) => id);
    await Promise.all(Array.from({ length: 10 }, (_, n) => globex.unlink(ids[n % 2] ?? '', access_token)));
    expect((await get('/api/identities', access_token)).identities).toHaveLength(1);
  });

  describe('an attempt', () => {
    it('works once, in ten concurrent calls', async () => {
      const { claims } = await newcomer();
      setClaims(provider, claims);
      const browser = createBrowser(latchkey);
      const { attempt } = await browser.identify();
      const answers = await Promise.all(Array.from({ length: 10 }, () => browser.signIn(attempt)));
      expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array(9).fill(410)]);
    });

    it('creates one account, in ten concurrent calls', async () => {
      setClaims(provider, newClaims());
      const browser = createBrowser(latchkey);
      const { attempt } = await browser.identify();
      const answers = await Promise.all(
        Array.from({ length: 10 }, () => browser.register(attempt, { username: freshName() })),
      );
      expect(answers.map(({ status }) => status).toSorted()).toEqual([201, ...Array(9).fill(410)]);
    });

    it('of ten attempts with one identity, one creates an account', async () => {
      setClaims(provider, newClaims());
      const attempts = await Promise.all(
        Array.from({ length: 10 }, async () => {
          const browser = createBrowser(latchkey);
          return { browser, ...(await browser.identify()) };
        }),
      );
      const answers = await Promise.all(
        attempts.map(({ browser, attempt }) => browser.register(attempt, { username: freshName() })),
      );
      expect(answers.map(({ status }) => status).toSorted()).toEqual([201, ...Array(9).fill(409)]);
    });

    it('exchanges its code once, in ten concurrent calls', async () => {
      setClaims(provider, newClaims());
      const browser = createBrowser(latchkey);
      const query = await browser.visit(await browser.start());
      const answers = await Promise.all(Array.from({ length: 10 }, () => browser.callback(query)));
      expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(1);
      for (const answer of answers.filter(({ status }) => status !== 200)) expectProblem(answer, 'token_spent');
      // A reload of the page gets the same answer.
      expect((await browser.callback(query).expect(200)).body.next).toBe('register');
    });

    it('works only in the browser that began it', async () => {
      setClaims(provider, newClaims());
      const browser = createBrowser(latchkey);
      const query = await browser.visit(await browser.start());
      const stranger = createBrowser(latchkey);
      expectProblem(await stranger.callback(query), 'token_spent');
      await stranger.start();
      expectProblem(await stranger.callback(query), 'token_spent');
      const { body } = await browser.callback(query).expect(200);
      expectProblem(await stranger.register(body.attempt, { username: freshName() }), 'token_spent');
    });

    it('belongs to its window: two at once do not disturb each other', async () => {
      setClaims(provider, newClaims());
      const browser = createBrowser(latchkey);
      const first = await browser.visit(await browser.start());
      const second = await browser.visit(await browser.start({ isLink: true }));
      expect((await browser.callback(first).expect(200)).body.next).toBe('register');
      expect((await browser.callback(second).expect(200)).body.next).toBe('link');
    });

    it('belongs to its provider', async () => {
      const browser = createBrowser(latchkey);
      const query = await browser.visit(await browser.start());
      expectProblem(await browser.post('/api/identities/globex/callback', { query }), 'token_spent');
    });

    it('expires after fifteen minutes, and the purge deletes it', async () => {
      setClaims(provider, newClaims());
      const browser = createBrowser(latchkey);
      const { attempt } = await browser.identify();
      latchkey.clock.turn(15 * 60);
      expectProblem(await browser.register(attempt, { username: freshName() }), 'token_spent');
      latchkey.clock.turn(1);
      await latchkey.jobs.purgeExpired.run();
      const { read, tables } = latchkey.database;
      expect(await read.select().from(tables.signInAttempts)).toEqual([]);
    });
  });

  describe('an account without a password', () => {
    const send = (method: 'post' | 'delete', path: string, token: string, body: object = {}) =>
      latchkey.http[method](path)
        .set(...bearer(token))
        .send(body);

    it('sets the first one within ten minutes of the sign-in', async () => {
      const { user, access_token } = await newcomer();
      await send('post', '/api/passwords/change', access_token, { newPassword: 'seven purple kettles' }).expect(204);
      const credentials = { username: user.username, password: 'seven purple kettles' };
      await latchkey.http.post('/api/sessions/login').send(credentials).expect(200);
      const { hasPassword } = await get('/api/identities', access_token);
      expect(hasPassword).toBe(true);
      // From now on it is asked for.
      const answer = await send('post', '/api/passwords/change', access_token, { newPassword: 'other purple kettles' });
      const { errors } = expectProblem(answer, 'invalid_request');
      expect(errors).toEqual([expect.objectContaining({ path: 'currentPassword', code: 'missing' })]);
    });

    it('of ten concurrent first passwords, one counts', async () => {
      const { user, access_token } = await newcomer();
      const passwords = Array.from({ length: 10 }, (_, n) => `seven purple kettles ${n}`);
      const answers = await Promise.all(
        passwords.map((newPassword) => send('post', '/api/passwords/change', access_token, { newPassword })),
      );
      const winner = passwords[answers.findIndex(({ status }) => status === 204)];
      expect(answers.map(({ status }) => status).filter((status) => status === 204)).toHaveLength(1);
      await latchkey.http.post('/api/sessions/login').send({ username: user.username, password: winner }).expect(200);
    });

    it('downloads its data, changes its address and closes within ten minutes of the sign-in, not later', async () => {
      const { access_token } = await newcomer();
      await send('post', '/api/accounts/me/export', access_token).expect(200);
      await send('post', '/api/emails/change', access_token, { email: freshEmail() }).expect(202);
      latchkey.clock.turn(601);
      for (const [method, path, body] of [
        ['post', '/api/accounts/me/export', {}],
        ['post', '/api/emails/change', { email: freshEmail() }],
        ['post', '/api/passwords/change', { newPassword: 'seven purple kettles' }],
        ['delete', '/api/accounts/me', {}],
      ] as const)
        expectProblem(await send(method, path, access_token, body), 'insufficient_user_authentication');
      latchkey.clock.turn(-601);
      await send('delete', '/api/accounts/me', access_token).expect(204);
    });

    it('cannot sign in with a password', async () => {
      const { user } = await newcomer();
      await latchkey.person();
      const answer = await latchkey.http.post('/api/sessions/login').send({ username: user.username, password });
      expectProblem(answer, 'invalid_credentials');
    });
  });

  it('a closed account opens again when its owner asks for it, with the same attempt', async () => {
    const { user, access_token, claims } = await newcomer();
    await latchkey.http
      .delete('/api/accounts/me')
      .set(...bearer(access_token))
      .expect(204);
    setClaims(provider, claims);
    const browser = createBrowser(latchkey);
    const { attempt } = await browser.identify();
    expectProblem(await browser.signIn(attempt), 'account_closed');
    const { body } = await browser.signIn(attempt, { reopen: true }).expect(200);
    expect(body.user.id).toBe(user.id);
  });

  it('taking an account back ends every identity: a link by mail, and the undo of a change', async () => {
    for (const kind of ['reset_password', 'undo_email_change'] as const) {
      const { user, claims } = await newcomer();
      const token = await latchkey.linkTo(user, kind);
      const path = kind === 'reset_password' ? '/api/passwords/reset' : '/api/emails/undo-change';
      const body = { token, ...(kind === 'reset_password' && { newPassword: 'seven purple kettles' }) };
      await latchkey.http.post(path).send(body).expect(204);
      setClaims(provider, claims);
      expect((await createBrowser(latchkey).identify()).next).toBe('register');
    }
  });

  it('the export holds the identities', async () => {
    const { access_token, claims } = await newcomer();
    const answer = await latchkey.http
      .post('/api/accounts/me/export')
      .set(...bearer(access_token))
      .buffer(true)
      .responseType('blob')
      .expect(200);
    const { 'account.json': json } = unzipSync(answer.body);
    const { identities } = JSON.parse(strFromU8(json ?? expect.fail('the export has no account.json')));
    expect(identities).toEqual([
      expect.objectContaining({ issuer: provider.issuer.url, subject: claims.sub, account: claims.email }),
    ]);
  });
});
