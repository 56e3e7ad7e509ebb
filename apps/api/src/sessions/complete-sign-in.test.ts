import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { identifiedAttempt } from '../../testing/provider.ts';
import { freshName, type Latchkey, password, shareLatchkey, startLatchkey } from '../../testing/start-latchkey.ts';
import { register } from '../accounts/register.ts';
import { linkIdentity } from '../identities/connected-identities.ts';
import { registerWithIdentity } from '../identities/register-with-identity.ts';
import { signInWithIdentity } from '../identities/sign-in-with-identity.ts';
import { changePassword } from '../passwords/change.ts';
import { Problem } from '../problem.ts';
import type { Services } from '../services.ts';
import { completeSignIn } from './complete-sign-in.ts';
import { logIn } from './log-in.ts';

const client = { userAgent: null, address: null };
const origin = { client, deviceToken: undefined };
const newPassword = 'seven purple kettles';

type Person = Awaited<ReturnType<Latchkey['person']>>;
type Door = {
  /** The account, if there is one before. */
  readonly person?: Person;
  readonly open: (services: Services) => Promise<unknown>;
};

const principalOf = async ({ services, sessions }: Latchkey, { session, access_token }: Person) => {
  const found = await sessions.findWithUser(session.id);
  const verdict = services.accessTokens.verify(access_token);
  if (!found || verdict.status !== 'valid') throw new Error('the session is there');
  return { ...found, claims: verdict.claims, client };
};

/** Every way to get a session in a browser. An app's session follows from one of these. */
const doors: Record<string, (latchkey: Latchkey) => Promise<Door>> = {
  'the password': async (latchkey) => {
    const person = await latchkey.person();
    const credentials = { username: person.username, password, endOthers: true };
    return { person, open: (services) => logIn(services)(credentials, origin) };
  },
  registration: async () => ({
    open: (services) => register(services)({ username: freshName(), password: newPassword }, client),
  }),
  'a new password': async (latchkey) => {
    const person = await latchkey.person();
    const principal = await principalOf(latchkey, person);
    const change = { currentPassword: password, newPassword };
    return { person, open: (services) => changePassword(services)(principal, change, true) };
  },
  'the first password': async (latchkey) => {
    const person = await latchkey.person();
    await latchkey.database.transaction((write) => latchkey.services.passwords.remove(write, person.id));
    const principal = await principalOf(latchkey, person);
    return { person, open: (services) => changePassword(services)(principal, { newPassword }, true) };
  },
  'a provider': async (latchkey) => {
    const person = await latchkey.person();
    const subject = randomBytes(8).toString('hex');
    const { secrets } = await identifiedAttempt(latchkey, subject);
    await linkIdentity(latchkey.services)(await principalOf(latchkey, person), secrets);
    const { secrets: next } = await identifiedAttempt(latchkey, subject);
    return { person, open: (services) => signInWithIdentity(services)(next, false, origin) };
  },
  'registration with a provider': async (latchkey) => {
    const { secrets } = await identifiedAttempt(latchkey);
    return { open: (services) => registerWithIdentity(services)(secrets, { username: freshName() }, client) };
  },
};

describe.each(engines)('every door on $name', (engine) => {
  const shared = shareLatchkey(engine);
  const rows = async () => {
    const { read, tables } = shared().database;
    const order = (one: { id: string }, other: { id: string }) => (one.id < other.id ? -1 : 1);
    return (await read.select().from(tables.sessions)).toSorted(order);
  };
  const kindsOf = async (userId: string): Promise<string[]> =>
    (await shared().services.events.list(userId, undefined, 50)).map(({ kind }) => kind);

  /** What keeps a user out, and the problem that says so. */
  const obstacles: Record<string, (door: Door) => Promise<{ services: Services; code: string }>> = {
    'a factor that is missing': async () => {
      const { services } = shared();
      const missing = new Problem('permission_missing', 'A second factor is missing.');
      const signInRequirements = [async () => undefined, async () => missing];
      return {
        services: { ...services, completeSignIn: completeSignIn({ ...services, signInRequirements }) },
        code: missing.code,
      };
    },
    'an address that must be verified': async () => {
      const { settings, databaseUrl, clock } = shared();
      const strict = { ...settings, REQUIRE_VERIFIED_EMAIL: 'on' };
      const { services } = await startLatchkey(engine, { settings: strict, databaseUrl, clock });
      return { services, code: 'email_not_verified' };
    },
    'a disabled account': async ({ person }) => {
      if (person) await shared().disable(person.id);
      return { services: shared().services, code: 'account_disabled' };
    },
  };

  const cases = Object.keys(doors).flatMap((door) =>
    Object.keys(obstacles).map((obstacle) => [door, obstacle] as const),
  );
  it.each(cases)('%s opens no session against %s, ends none and records no sign-in', async (name, obstacle) => {
    const door = (await doors[name]?.(shared())) ?? expect.fail('no such door');
    // Nobody can disable an account that does not exist yet.
    if (obstacle === 'a disabled account' && !door.person) return;
    const { services, code } = (await obstacles[obstacle]?.(door)) ?? expect.fail('no such obstacle');
    const before = await rows();
    const events = door.person && (await kindsOf(door.person.id));

    const refusal = await door.open(services).then(
      () => undefined,
      (error) => error,
    );
    // A session of a disabled account has ended.
    expect([code, 'token_revoked']).toContain(refusal?.code);
    expect(await rows()).toEqual(before);
    if (door.person) expect(await kindsOf(door.person.id)).toEqual(events);
  });

  it.each(Object.keys(doors))('%s opens one session without an obstacle', async (name) => {
    const door = (await doors[name]?.(shared())) ?? expect.fail('no such door');
    const isLive = ({ endedAt }: { endedAt: Date | null }) => endedAt === null;
    const before = new Set((await rows()).filter(isLive).map(({ id }) => id));
    await door.open(shared().services);
    const opened = (await rows()).filter((row) => isLive(row) && !before.has(row.id));
    expect(opened).toHaveLength(1);
  });

  it('the password stays as it was when the session cannot be renewed', async () => {
    const person = await shared().person();
    const principal = await principalOf(shared(), person);
    const { services } = (await obstacles['a factor that is missing']?.({ person, open: async () => {} })) ?? shared();
    const change = { currentPassword: password, newPassword };
    await expect(changePassword(services)(principal, change, true)).rejects.toBeInstanceOf(Problem);
    await shared().http.post('/api/sessions/login').send({ username: person.username, password }).expect(200);
  });
});
