import { describe, expect, it } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { expectProblem } from '../../testing/expect-problem.ts';
import { freshEmail } from '../../testing/people.ts';
import { runCommand } from '../../testing/run-command.ts';
import { bearer, fromOwnPage, password } from '../../testing/start-latchkey.ts';
import { startWithMailbox, tokenIn } from '../../testing/with-mailbox.ts';

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
const nextFirefox = firefox.replaceAll('140', '141');
const safari =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1';
const newDevice = 'New sign-in to Latchkey';

describe.each(engines)('notices on $name', (engine) => {
  const start = async () => {
    const started = await startWithMailbox(engine, { settings: { TRUST_PROXY: '1' } });
    const { latchkey, deliver, subjectsTo } = started;
    const { http } = latchkey;
    const email = freshEmail();
    const person = await latchkey.person({ email, emailVerifiedAt: new Date() });
    const signIn = (userAgent: string, address: string, cookies: readonly string[] = []) =>
      http
        .post('/api/sessions/login')
        .set({ 'User-Agent': userAgent, 'X-Forwarded-For': address, ...fromOwnPage })
        .set('Cookie', [...cookies])
        .send({ username: person.username, password, delivery: 'cookie' })
        .expect(200);
    return {
      ...started,
      http,
      email,
      person,
      signIn,
      subjects: async () => {
        await deliver();
        return subjectsTo(email);
      },
    };
  };
  const cookiesOf = ({ headers }: { headers: Record<string, unknown> }): string[] =>
    (headers['set-cookie'] as string[]).map((cookie) => cookie.split(';')[0] ?? '');

  it('a sign-in from a new device sends what, when, which device and which address', async () => {
    const { signIn, email, person, newestTo, subjectsTo, latchkey } = await start();
    await signIn(firefox, '203.0.113.7');
    const text = await newestTo(email);
    expect(subjectsTo(email)).toEqual([newDevice]);
    const when = latchkey.clock.now().toISOString().slice(0, 16).replace('T', ' ');
    for (const part of [
      person.username,
      `When: ${when} UTC`,
      'Device: Firefox 140, Linux',
      'Address: 203.0.113.7',
      '/activity',
      'change your password',
    ]) {
      expect(text).toContain(part);
    }
  });

  it('a known browser sends none: by its device token anywhere, by its name in the same network only', async () => {
    const { signIn, subjects } = await start();
    const first = await signIn(firefox, '203.0.113.7');
    await signIn(nextFirefox, '203.0.113.7');
    await signIn(firefox, '198.51.100.9', cookiesOf(first));
    expect(await subjects()).toEqual([newDevice]);
    await signIn(safari, '203.0.113.7');
    await signIn(nextFirefox, '192.0.2.1');
    expect(await subjects()).toEqual([newDevice, newDevice, newDevice]);
  });

  it('a device whose sign-in was reported as unrecognized is new again, even with its device token', async () => {
    const { signIn, subjects, http, person } = await start();
    const stranger = await signIn(firefox, '203.0.113.7');
    const { body } = await http.get('/api/activity').set(...bearer(person.access_token));
    const { number } = body.events.find(({ kind }: { kind: string }) => kind === 'signed_in');
    await http
      .post('/api/activity/disown')
      .set(...bearer(person.access_token))
      .send({ number })
      .expect(204);
    await signIn(firefox, '203.0.113.7', cookiesOf(stranger));
    expect(await subjects()).toEqual([newDevice, newDevice]);
  });

  it('`notifySignIns` turns messages about sign-ins off, and no others', async () => {
    const { signIn, subjects, http, person } = await start();
    const { body } = await http
      .patch('/api/accounts/me')
      .set(...bearer(person.access_token))
      .send({ notifySignIns: false })
      .expect(200);
    expect(body.notifySignIns).toBe(false);
    await signIn(firefox, '203.0.113.7');
    expect(await subjects()).toEqual([]);
    await http
      .post('/api/tokens')
      .set(...bearer(person.access_token))
      .send({ name: 'for the shop' })
      .expect(201);
    expect(await subjects()).toEqual(['New API token at Latchkey']);
  });

  it('an API token sends its name, and who created it if that was another user', async () => {
    const { http, latchkey, person, email, newestTo } = await start();
    const { access_token, username } = await latchkey.person({ role: 'admin' });
    await http
      .post('/api/tokens')
      .set(...bearer(person.access_token))
      .send({ name: 'for the shop' })
      .expect(201);
    expect(await newestTo(email)).toContain('Name: for the shop');
    await http
      .post('/api/tokens')
      .set(...bearer(access_token))
      .send({ name: 'for the shop', username: person.username })
      .expect(201);
    expect(await newestTo(email)).toContain(`Created by: ${username}`);
  });

  it('a refresh token that was used before sends a message', async () => {
    const { http, latchkey, person, subjects } = await start();
    const refresh = (token: string) => http.post('/api/sessions/refresh').send({ refresh_token: token });
    const { body } = await refresh(person.refresh_token).expect(200);
    await refresh(body.refresh_token).expect(200);
    latchkey.clock.turn(60);
    expectProblem(await refresh(person.refresh_token), 'refresh_reused');
    expect(await subjects()).toEqual(['A device was signed out of Latchkey']);
  });

  it('a password that a link or the operator set, and a disabled account, send a message', async () => {
    const { http, latchkey, person, email, newestTo, subjectsTo } = await start();
    await http.post('/api/passwords/forgot').send({ login: email }).expect(202);
    const token = tokenIn(await newestTo(email, '/reset-password'));
    await http.post('/api/passwords/reset').send({ token, newPassword: 'another long password' }).expect(204);
    expect(await newestTo(email)).toContain('A link that we sent to this address');
    await runCommand(latchkey.services, 'users', 'reset-password', person.username);
    const text = await newestTo(email);
    expect(text).toContain('An administrator set a new password');
    expect(text).not.toContain('Device:');
    await runCommand(latchkey.services, 'users', 'disable', person.username);
    expect(await newestTo(email)).toContain('An administrator disabled your account');
    expect(subjectsTo(email)).toHaveLength(4);
  });

  it('only a verified address gets notices', async () => {
    const { latchkey, mailbox, deliver } = await start();
    const { username } = await latchkey.person({ email: 'grace@example.com' });
    await latchkey.http.post('/api/sessions/login').send({ username, password }).expect(200);
    await deliver();
    expect(mailbox.messages).toEqual([]);
  });
});
