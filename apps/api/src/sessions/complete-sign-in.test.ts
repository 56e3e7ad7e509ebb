import { eq } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { freshName, password, shareLatchkey } from '../../testing/start-latchkey.ts';
import { register } from '../accounts/register.ts';
import { changePassword } from '../passwords/change.ts';
import { Problem } from '../problem.ts';
import { completeSignIn } from './complete-sign-in.ts';
import { logIn } from './log-in.ts';

const client = { userAgent: null, address: null };

describe.each(engines)('a sign-in that needs more than a password on $name', (engine) => {
  const latchkey = shareLatchkey(engine);
  const missing = new Problem('permission_missing', 'A second factor is missing.');
  /** The services of a Latchkey in which every account needs more than a password. */
  const strict = () => {
    const { services } = latchkey();
    const signInRequirements = [async () => undefined, async () => missing];
    return { ...services, completeSignIn: completeSignIn({ ...services, signInRequirements }) };
  };
  const sessionsOf = async (userId: string) => {
    const { read, tables } = latchkey().database;
    return read.select().from(tables.sessions).where(eq(tables.sessions.userId, userId));
  };
  const kindsOf = async (userId: string): Promise<string[]> =>
    (await latchkey().services.events.list(userId, undefined, 10)).map(({ kind }) => kind);

  it('opens no session at log-in, ends none and records no sign-in', async () => {
    const { id, username, session } = await latchkey().person();
    const credentials = { username, password, endOthers: true };
    await expect(logIn(strict())(credentials, { client, deviceToken: undefined })).rejects.toBe(missing);
    expect(await sessionsOf(id)).toEqual([session]);
    expect(await kindsOf(id)).toEqual(['registered']);
  });

  it('leaves a new account without a session', async () => {
    const username = freshName();
    await expect(register(strict())({ username, password: 'seven purple kettles' }, client)).rejects.toBe(missing);
    const account = await latchkey().accounts.findByUsername(username);
    expect(await sessionsOf(account?.id ?? '')).toEqual([]);
  });

  it('leaves the password as it was when the session cannot be renewed', async () => {
    const person = await latchkey().person();
    const found = await latchkey().sessions.findWithUser(person.session.id);
    if (!found) throw new Error('the session is there');
    const verdict = latchkey().services.accessTokens.verify(person.access_token);
    if (verdict.status !== 'valid') throw new Error('the token is valid');
    const change = { currentPassword: password, newPassword: 'seven purple kettles' };
    const principal = { ...found, claims: verdict.claims, client };
    await expect(changePassword(strict())(principal, change, true)).rejects.toBe(missing);
    expect(await sessionsOf(person.id)).toEqual([person.session]);
    await latchkey().http.post('/api/sessions/login').send({ username: person.username, password }).expect(200);
  });
});
