import { describe, expect, it } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { expectProblem } from '../../testing/expect-problem.ts';
import { runCommand } from '../../testing/run-command.ts';
import { bearer, type Latchkey, password, startLatchkey } from '../../testing/start-latchkey.ts';

type Person = Awaited<ReturnType<Latchkey['person']>>;

const run = ({ services }: Latchkey, ...words: readonly string[]): Promise<string> =>
  runCommand(services, 'users', ...words);

const removeOneself = ({ http }: Latchkey, { access_token }: Person) =>
  http
    .delete('/api/accounts/me')
    .set(...bearer(access_token))
    .send({ password });

/** Every way in which an admin leaves. Each throws if it is refused. */
const ways: Record<string, (latchkey: Latchkey, person: Person) => Promise<unknown>> = {
  demoted: (latchkey, { username }) => run(latchkey, 'demote', username),
  disabled: (latchkey, { username }) => run(latchkey, 'disable', username),
  'deleted by the operator': (latchkey, { username }) => run(latchkey, 'delete', username, '--yes'),
  'deleted by their owner': async (latchkey, person) => {
    const answer = await removeOneself(latchkey, person);
    if (answer.status !== 204) throw new Error(answer.body.detail);
  },
};

describe.each(engines)('the last admin on $name', (engine) => {
  const admins = (latchkey: Latchkey, count: number): Promise<Person[]> =>
    Promise.all(Array.from({ length: count }, () => latchkey.person({ role: 'admin' })));
  const left = async ({ accounts }: Latchkey): Promise<number> =>
    (await accounts.list({ role: 'admin', state: 'active', limit: 100 })).length;

  it.each(Object.entries(ways))('cannot be %s', async (_how, go) => {
    const latchkey = await startLatchkey(engine);
    const [first, last] = await admins(latchkey, 2);
    if (!first || !last) throw new Error('two admins were created');
    await go(latchkey, first);
    await expect(go(latchkey, last)).rejects.toThrow(/only admin/);
    expect(await left(latchkey)).toBe(1);
    await latchkey.me(last.access_token).expect(200);
  });

  it.each(Object.entries(ways))('of ten admins who are %s concurrently, one remains', async (_how, go) => {
    const latchkey = await startLatchkey(engine);
    const all = await admins(latchkey, 10);
    const outcomes = await Promise.allSettled(all.map((person) => go(latchkey, person)));
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(1);
    expect(await left(latchkey)).toBe(1);
  });

  it('of twelve admins who leave concurrently in four ways, one remains', async () => {
    const latchkey = await startLatchkey(engine);
    const all = await admins(latchkey, 12);
    const choices = Object.values(ways);
    await Promise.allSettled(all.map((person, n) => choices[n % choices.length]?.(latchkey, person)));
    expect(await left(latchkey)).toBe(1);
  });

  it('gets an error that says what to do, and loses nothing', async () => {
    const latchkey = await startLatchkey(engine);
    const person = await latchkey.person({ role: 'admin' });
    const { detail } = expectProblem(await removeOneself(latchkey, person), 'last_admin');
    expect(detail).toBe('You are the only admin. Make another user an admin first.');
    await latchkey.me(person.access_token).expect(200);
  });

  it('a disabled admin does not count', async () => {
    const latchkey = await startLatchkey(engine);
    const [first, last] = await admins(latchkey, 2);
    if (!first || !last) throw new Error('two admins were created');
    await run(latchkey, 'disable', first.username);
    await expect(run(latchkey, 'demote', last.username)).rejects.toThrow(/only admin/);
    // A disabled admin can lose the role.
    await run(latchkey, 'demote', first.username);
  });
});
