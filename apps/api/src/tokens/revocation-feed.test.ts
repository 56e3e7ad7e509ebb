import { randomUUID } from 'node:crypto';
import express from 'express';
import supertest from 'supertest';
import { describe, expect, it } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { bearer, type Latchkey, password, startLatchkey } from '../../testing/start-latchkey.ts';
import { createTime } from '../../testing/time.ts';
import { addSeconds } from '../clock.ts';
import { createRevocationStore, pageSize, type RevocationCursor } from './revocation-store.ts';
import { createRevokedSessions } from './revoked-sessions.ts';
import { revocationFeedRoute } from './tokens.routes.ts';

/** Inserts revocations of sessions that do not exist, in one transaction. */
const insertRevocations = async ({ database, clock }: Latchkey, count: number): Promise<void> => {
  const { revocations } = database.tables;
  const revision = database.revision.next(revocations.revision);
  const times = { before: clock.now(), until: addSeconds(clock.now(), 600), revision };
  const rows = Array.from({ length: count }, () => ({ sessionId: randomUUID(), ...times }));
  await database.transaction(async (write) => {
    for (let from = 0; from < count; from += 500) await write.insert(revocations).values(rows.slice(from, from + 500));
  });
};

const feed = (latchkey: Latchkey) => latchkey.http.get('/api/tokens/revocations');
const read = (jwt: string) => JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString());
const revokedIn = async (latchkey: Latchkey): Promise<string[]> => {
  const { body, text } = await feed(latchkey).buffer(true).expect(200);
  const jwt = text ?? (Buffer.isBuffer(body) ? body.toString() : '');
  return read(jwt).revoked.map(({ sid }: { sid: string }) => sid);
};

describe.each(engines)('the revocation feed on $name', (engine) => {
  it('contains a session after every way of ending it', async () => {
    const latchkey = await startLatchkey(engine);
    const { http } = latchkey;
    const out = await latchkey.person();
    await http.post('/api/sessions/logout').send({ refresh_token: out.refresh_token }).expect(204);

    const gone = await latchkey.person();
    await http
      .delete('/api/accounts/me')
      .set(...bearer(gone.access_token))
      .send({ password })
      .expect(204);

    const changed = await latchkey.person();
    const elsewhere = await latchkey.openSessionOf(changed.id);
    const change = { currentPassword: password, newPassword: 'another long password' };
    await http
      .post('/api/passwords/change')
      .set(...bearer(changed.access_token))
      .send(change)
      .expect(204);

    const issuer = await latchkey.person();
    const { body: token } = await http
      .post('/api/tokens')
      .set(...bearer(issuer.access_token))
      .send({ name: 'x', audience: 'shop' });
    await http
      .delete(`/api/tokens/${token.id}`)
      .set(...bearer(issuer.access_token))
      .expect(204);

    const untouched = await latchkey.person();
    const revoked = await revokedIn(latchkey);
    expect(new Set(revoked)).toEqual(new Set([out.session.id, gone.session.id, elsewhere.session.id, token.id]));
    expect(revoked).not.toContain(untouched.session.id);
  });

  it('drops a session when the last of its tokens has expired', async () => {
    const latchkey = await startLatchkey(engine);
    const { refresh_token } = await latchkey.person();
    await latchkey.http.post('/api/sessions/logout').send({ refresh_token }).expect(204);
    expect(await revokedIn(latchkey)).toHaveLength(1);
    latchkey.clock.turn(30 * 60 + 61);
    expect(await revokedIn(latchkey)).toEqual([]);
  });

  it('covers tokens that were signed shortly after the session ended', async () => {
    const latchkey = await startLatchkey(engine);
    const { id, session, username, refresh_token } = await latchkey.person();
    await latchkey.http.post('/api/sessions/logout').send({ refresh_token }).expect(204);
    latchkey.clock.turn(2);
    const user = { id, username, role: 'user' };
    const late = read(await latchkey.services.accessTokens.sign({ user, session }, latchkey.clock.now()));
    const { body, text } = await feed(latchkey).buffer(true);
    const [revoked] = read(text ?? body.toString()).revoked;
    expect(revoked.sid).toBe(session.id);
    expect(late.iat).toBeLessThanOrEqual(revoked.before);
  });

  it('a hundred waiting requests query the database as often as one', async () => {
    const time = createTime();
    const latchkey = await startLatchkey(engine, { time, processes: 1 });
    const { headers } = await feed(latchkey);
    const waits = Array.from({ length: 100 }, async () =>
      feed(latchkey).set('If-None-Match', String(headers.etag)).set('Prefer', 'wait=1').expect(304),
    );
    // Each has its own timer, and all share one for the next query.
    await expect.poll(time.sleeping).toBe(100 + 1);
    // When a later request has been answered, so have the queries of all of them.
    await feed(latchkey).expect(200);
    await expect.poll(time.sleeping).toBe(100 + 1);
    const before = latchkey.statements.length;
    for (let round = 1; round <= 3; round++) {
      time.pass(250);
      await expect.poll(time.sleeping).toBe(100 + 1);
      expect(latchkey.statements.length - before).toBe(round);
    }
    time.pass(250);
    await Promise.all(waits);
  });

  it('a request with a known ETag waits, in every notation of the headers', async () => {
    const time = createTime();
    const latchkey = await startLatchkey(engine, { time });
    const { headers } = await feed(latchkey).expect(200);
    const etag = String(headers.etag);
    for (const [known, prefer] of [
      [`W/${etag}`, 'Wait=20'],
      [`"another", ${etag}`, 'wait="20"'],
      ['*', 'wait=9999999999'],
    ] as const) {
      const waiting = feed(latchkey)
        .set({ 'If-None-Match': known, Prefer: prefer, 'Cache-Control': 'no-cache' })
        .then((answer) => answer);
      await expect.poll(time.sleeping).toBe(1 + 1);
      time.pass(25_000);
      const { status, headers: unchanged } = await waiting;
      expect([status, unchanged.etag]).toEqual([304, etag]);
    }
  });

  it('a request above the maximum number of waiting requests is answered immediately', async () => {
    const time = createTime();
    const { services } = await startLatchkey(engine, { time });
    const app = express();
    revocationFeedRoute(app, services.revocationFeed, 2);
    const http = supertest(app.listen(0, '127.0.0.1').unref());
    const { headers } = await http.get('/api/tokens/revocations').expect(200);
    const wait = async () =>
      http
        .get('/api/tokens/revocations')
        .set('If-None-Match', String(headers.etag))
        .set('Prefer', 'wait=20')
        .expect(304);
    const waiting = [wait(), wait()];
    await expect.poll(time.sleeping).toBe(2 + 1);
    await wait();
    time.pass(20_000);
    await Promise.all(waiting);
  });

  it('a process reads only what has changed', async () => {
    const latchkey = await startLatchkey(engine);
    const { database, clock } = latchkey;
    const many = 2 * pageSize + 7;
    await insertRevocations(latchkey, many);
    const store = createRevocationStore(database);
    const pages: number[] = [];
    const counted = {
      changesAfter: async (after: RevocationCursor) => {
        const page = await store.changesAfter(after);
        pages.push(page.length);
        return page;
      },
    };
    const revoked = createRevokedSessions({ revocations: counted, clock: clock.now });
    const pagesRead = async () => {
      pages.length = 0;
      await revoked.refresh();
      return pages.slice();
    };
    expect([await pagesRead(), revoked.list().length]).toEqual([[pageSize, pageSize, 7], many]);
    // PostgreSQL reads a change again while an older transaction is running, of another test, too.
    await expect.poll(pagesRead).toEqual([0]);
    const { refresh_token } = await latchkey.person();
    await latchkey.http.post('/api/sessions/logout').send({ refresh_token }).expect(204);
    expect(await pagesRead()).toEqual([1]);
    await expect.poll(pagesRead).toEqual([0]);
    expect(revoked.list()).toHaveLength(many + 1);
  });

  it('processes that read the same revocations in a different order have the same ETag', async () => {
    const first = await startLatchkey(engine);
    await insertRevocations(first, 30);
    const early = await feed(first).expect(200);
    const { refresh_token } = await first.person();
    await first.http.post('/api/sessions/logout').send({ refresh_token }).expect(204);
    const second = await startLatchkey(engine, { databaseUrl: first.databaseUrl, clock: first.clock });
    const etags = await Promise.all([first, second].map(async (latchkey) => (await feed(latchkey)).headers.etag));
    expect(etags[0]).toBe(etags[1]);
    expect(etags[0]).not.toBe(early.headers.etag);
  });

  it('a second revocation and an expired one change the ETag', async () => {
    const latchkey = await startLatchkey(engine);
    const { id } = await latchkey.person();
    const { database, sessions, clock } = latchkey;
    const etags = new Set<string | undefined>();
    const note = async () => etags.add((await feed(latchkey).expect(200)).headers.etag);
    await note();
    for (let change = 1; change <= 3; change++) {
      clock.turn(1);
      await database.transaction((write) => sessions.revokeTokens(write, id));
      await note();
    }
    clock.turn(31 * 60);
    const { headers } = await feed(latchkey).expect(200);
    expect(etags.size).toBe(4);
    expect([...etags].indexOf(headers.etag)).toBe(0);
  });

  it('is signed with a published key, has a type of its own, and expires after two minutes', async () => {
    const latchkey = await startLatchkey(engine);
    const { text, body, headers } = await feed(latchkey).buffer(true);
    const jwt = text ?? body.toString();
    expect(headers['content-type']).toMatch(/^application\/jwt/);
    const header = JSON.parse(Buffer.from(String(jwt.split('.')[0]), 'base64url').toString());
    expect(header).toEqual({ alg: 'RS256', typ: 'revocations+jwt', kid: latchkey.services.keys.current().id });
    const { iat, exp, iss } = read(jwt);
    expect({ iss, life: exp - iat }).toEqual({ iss: latchkey.config.publicUrl, life: 120 });
    expect(latchkey.services.accessTokens.verifyForAnyone(jwt)).toEqual({ status: 'invalid' });
  });

  it('a waiting request is answered when another process ends a session', async () => {
    const first = await startLatchkey(engine);
    const second = await startLatchkey(engine, { databaseUrl: first.databaseUrl, clock: first.clock });
    const { refresh_token, session } = await first.person();
    const { headers } = await feed(first);
    const etag = String(headers.etag);
    await feed(first).set('If-None-Match', etag).expect(304);

    const waiting = feed(first)
      .set('If-None-Match', etag)
      .set('Prefer', 'wait=20')
      .buffer(true)
      .then((answer) => answer);
    await second.http.post('/api/sessions/logout').send({ refresh_token }).expect(204);
    const { status, text, body } = await waiting;
    expect(status).toBe(200);
    expect(read(text ?? body.toString()).revoked).toEqual([{ sid: session.id, before: expect.any(Number) }]);
  });
});

it('a revocation that commits late is not missed, even if later ones were read before it', async () => {
  const [, engine] = engines;
  const { database, clock } = await startLatchkey(engine);
  const { revocations } = database.tables;
  const row = (sessionId: string) => ({
    sessionId,
    before: clock.now(),
    until: addSeconds(clock.now(), 600),
    revision: database.revision.next(revocations.revision),
  });
  const revoked = createRevokedSessions({ revocations: createRevocationStore(database), clock: clock.now });
  const known = async () => {
    await revoked.refresh();
    return revoked
      .list()
      .map(({ sessionId }) => sessionId)
      .toSorted();
  };
  await database.transaction(async (late) => {
    await late.insert(revocations).values(row('late'));
    await database.transaction(async (write) => void (await write.insert(revocations).values(row('early'))));
    expect(await known()).toEqual(['early']);
  });
  expect(await known()).toEqual(['early', 'late']);
});
