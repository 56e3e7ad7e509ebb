import { describe, expect, it } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { bearer, password, startLatchkey } from '../../testing/start-latchkey.ts';
import { networkOf } from './rate-limit.ts';

describe('networkOf', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2/64'],
    ['2001:db8:1:2::99', '2001:db8:1:2/64'],
    ['nonsense', 'unknown'],
    [null, 'unknown'],
  ])('%s counts as %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});

describe.each(engines)('rate limits on $name', (engine) => {
  it('a burst of guesses gets no more tries than the budget, and the owner from elsewhere still gets in', async () => {
    const latchkey = await startLatchkey(engine, { settings: { RATE_LIMITS: 'on', TRUST_PROXY: '1' } });
    const { username } = await latchkey.person();
    const logIn = (guess: string, address: string) =>
      latchkey.http.post('/api/sessions/login').set('X-Forwarded-For', address).send({ username, password: guess });
    const answers = await Promise.all(Array.from({ length: 14 }, (_, n) => logIn(`guess number ${n}`, '203.0.113.7')));
    const codes = answers.map(({ body }) => body.code).sort();
    expect(codes).toEqual([...Array(10).fill('invalid_credentials'), ...Array(4).fill('too_many_attempts')]);

    const refused = await logIn(password, '203.0.113.7').expect(429);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    await logIn(password, '203.0.113.8').expect(200);

    latchkey.clock.turn(Number(refused.headers['retry-after']) + 1);
    await logIn(password, '203.0.113.7').expect(200);
  });

  it('what succeeds costs nothing', async () => {
    const latchkey = await startLatchkey(engine, { settings: { RATE_LIMITS: 'on' } });
    const { username } = await latchkey.person();
    for (let n = 0; n < 12; n++) {
      await latchkey.http.post('/api/sessions/login').send({ username, password }).expect(200);
    }
  });

  it('whoever got hold of one session cannot spend the tries of the owner, who has another', async () => {
    const latchkey = await startLatchkey(engine, { settings: { RATE_LIMITS: 'on' } });
    const { id, access_token } = await latchkey.person();
    const stolen = await latchkey.openSessionOf(id);
    const change = (token: string, currentPassword: string) =>
      latchkey.http
        .post('/api/passwords/change')
        .set(...bearer(token))
        .send({ currentPassword, newPassword: 'another long password' });
    for (let n = 0; n < 10; n++) await change(stolen.access_token, `guess ${n}`).expect(403);
    await change(stolen.access_token, password).expect(429);
    await change(access_token, password).expect(204);
  });

  it('nobody fills the revocation feed with tokens of their own', async () => {
    const latchkey = await startLatchkey(engine, { settings: { RATE_LIMITS: 'on' } });
    const make = async ({ access_token }: { access_token: string }) => {
      const answer = await latchkey.http
        .post('/api/tokens')
        .set(...bearer(access_token))
        .send({ name: 'x' });
      return answer.status;
    };
    const person = await latchkey.person();
    const made = await Promise.all(Array.from({ length: 105 }, () => make(person)));
    expect(made.filter((status) => status === 201)).toHaveLength(100);
    expect(made.filter((status) => status === 429)).toHaveLength(5);
    expect(await make(await latchkey.person())).toBe(201);
  });

  it('counts outlive a restart', async () => {
    const first = await startLatchkey(engine, { settings: { RATE_LIMITS: 'on' } });
    const { username } = await first.person();
    const guess = { username, password: 'not the password' };
    await Promise.all(Array.from({ length: 10 }, () => first.http.post('/api/sessions/login').send(guess)));
    const second = await startLatchkey(engine, {
      settings: { RATE_LIMITS: 'on' },
      databaseUrl: first.databaseUrl,
      clock: first.clock,
    });
    await second.http.post('/api/sessions/login').send(guess).expect(429);
  });
});
