import type { Test } from 'supertest';
import { describe, expect, it, vi } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { expectProblem } from '../../testing/expect-problem.ts';
import { runCommand } from '../../testing/run-command.ts';
import { bearer, type Latchkey, password, shareLatchkey } from '../../testing/start-latchkey.ts';

type Person = Awaited<ReturnType<Latchkey['person']>>;

describe.each(engines)('a session that ends while its request waits, on $name', (engine) => {
  const latchkey = shareLatchkey(engine);
  const kindsOf = async ({ id }: Person): Promise<string[]> => {
    const { database } = latchkey();
    const { events } = database.tables;
    const all = await database.read.select({ userId: events.userId, kind: events.kind }).from(events);
    return all.filter(({ userId }) => userId === id).map(({ kind }) => kind);
  };

  const change = ({ access_token }: Person, currentPassword = password): Test =>
    latchkey()
      .http.post('/api/passwords/change')
      .set(...bearer(access_token))
      .send({ currentPassword, newPassword: 'another long password' });
  const remove = ({ access_token }: Person, given = password): Test =>
    latchkey()
      .http.delete('/api/accounts/me')
      .set(...bearer(access_token))
      .send({ password: given });

  const endings: Record<string, (person: Person) => Promise<unknown>> = {
    'is ended by its owner': async ({ id }) => {
      const { access_token } = await latchkey().openSessionOf(id);
      await latchkey()
        .http.delete('/api/sessions')
        .set(...bearer(access_token))
        .expect(204);
    },
    'is signed out': async ({ refresh_token }) => {
      await latchkey().http.post('/api/sessions/logout').send({ refresh_token }).expect(204);
    },
    'is ended by the operator': async ({ username }) => {
      await runCommand(latchkey().services, 'users', 'disable', username);
    },
  };

  it.each(Object.entries(endings))(
    'changes and deletes nothing if it %s while the password is compared',
    async (_how, end) => {
      for (const ask of [change, remove]) {
        const person = await latchkey().person();
        const { passwords } = latchkey().services;
        const before = await passwords.findHash(person.id);
        latchkey().beforeNextComparison(() => end(person));
        expectProblem(await ask(person), 'token_revoked');
        expect(await passwords.findHash(person.id)).toBe(before);
      }
    },
  );

  it('does not learn that the password was wrong, and records nothing', async () => {
    for (const ask of [change, remove]) {
      const person = await latchkey().person();
      latchkey().beforeNextComparison(() =>
        latchkey().http.post('/api/sessions/logout').send({ refresh_token: person.refresh_token }),
      );
      expectProblem(await ask(person, 'not the password'), 'token_revoked');
      expect(await kindsOf(person)).toEqual(['registered', 'signed_out']);
    }
  });

  const http = (): Latchkey['http'] => latchkey().http;
  const changes: Record<string, { readonly reads: number; readonly ask: (ids: Ids) => Test }> = {
    'PATCH /api/accounts/me': {
      reads: 2,
      ask: () => http().patch('/api/accounts/me').send({ displayName: 'Mallory' }),
    },
    'POST /api/tokens': { reads: 2, ask: () => http().post('/api/tokens').send({ name: 'kept for later' }) },
    'POST /api/activity/disown': { reads: 2, ask: () => http().post('/api/activity/disown').send({ number: 1 }) },
    'DELETE /api/tokens/:id': { reads: 1, ask: ({ token }) => http().delete(`/api/tokens/${token}`) },
    'DELETE /api/sessions/:id': { reads: 1, ask: ({ other }) => http().delete(`/api/sessions/${other}`) },
    'DELETE /api/sessions': { reads: 1, ask: () => http().delete('/api/sessions') },
  };
  type Ids = { readonly token: string; readonly other: string };

  it.each(Object.entries(changes))(
    '%s changes nothing if the session ends while it waits for the database',
    async (_call, { reads, ask }) => {
      const { database, sessions, statements } = latchkey();
      const person = await latchkey().person();
      const issued = await http()
        .post('/api/tokens')
        .set(...bearer(person.access_token))
        .send({ name: 'for a service' });
      const other = await latchkey().openSessionOf(person.id);
      const before = await kindsOf(person);

      const { promise: released, resolve: release } = Promise.withResolvers<void>();
      const { promise: isEnded, resolve: ended } = Promise.withResolvers<void>();
      const ending = database.transaction(async (write) => {
        await sessions.end(write, { sid: person.session.id }, 'logged_out');
        ended();
        await released;
      });
      await isEnded;
      const sent = statements.length;
      const answer = ask({ token: issued.body.id, other: other.session.id })
        .set(...bearer(person.access_token))
        .then((answered) => answered);
      // The request has been authenticated, and now waits for the transaction.
      await vi.waitFor(() => expect(statements.length).toBeGreaterThanOrEqual(sent + reads), { interval: 2 });
      release();
      await ending;
      expectProblem(await answer, 'token_revoked');
      expect(await kindsOf(person)).toEqual(before);
      await latchkey().me(other.access_token).expect(200);
      await latchkey().me(issued.body.access_token).expect(200);
    },
  );
});
