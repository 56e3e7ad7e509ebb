import { availableParallelism } from 'node:os';
import { guessLimits, maxWaitSeconds } from '@latchkey/contract/limits';
import { beforeEach, describe, expect, it } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { expectProblem } from '../../testing/expect-problem.ts';
import {
  bearer,
  fromOwnPage,
  type Latchkey,
  password,
  restart,
  shareLatchkey,
  startLatchkey,
} from '../../testing/start-latchkey.ts';
import { times } from '../../testing/times.ts';
import { createGuessLimits, type LimitKey } from './guess-limits.ts';
import { createLimitStore } from './limit-store.ts';

const settings = { RATE_LIMITS: 'on', TRUST_PROXY: '1' };
const free = guessLimits['password:account+ip'].free;

type Origin = { readonly address?: string; readonly cookie?: string };

/** Unused addresses. Each test has its own `here`, so that the guesses of other tests do not count. */
let addresses = 0;
const newAddress = (): string => `198.18.${addresses >> 8}.${addresses++ & 255}`;
let here = '';
beforeEach(() => {
  here = newAddress();
});

const logIn = ({ http }: Latchkey, username: string, guess: string, { address = here, cookie }: Origin = {}) => {
  const request = http.post('/api/sessions/login').set('X-Forwarded-For', address);
  if (cookie) request.set('Cookie', cookie);
  return request.send({ username, password: guess });
};

/** The cookie that identifies a browser after a sign-in. */
const knownDevice = async ({ http }: Latchkey, username: string): Promise<string> => {
  const { headers } = await http
    .post('/api/sessions/login')
    .set(fromOwnPage)
    .send({ username, password, delivery: 'cookie' })
    .expect(200);
  const cookies = ([] as string[]).concat(headers['set-cookie'] ?? []);
  const cookie = cookies.find((text) => text.startsWith('latchkey_device_5173='));
  expect(cookie).toMatch(/; Max-Age=31536000;.*HttpOnly.*SameSite=Strict/i);
  return cookie?.split(';')[0] ?? '';
};

/** Counts guesses without comparing hashes. */
const countGuesses = async ({ database, clock }: Latchkey, count: number, limitKey: LimitKey): Promise<void> => {
  const guessLimits = createGuessLimits({ rateLimits: createLimitStore(database), clock: clock.now, isOn: true });
  for (let n = 0; n < count; n++) await database.transaction((write) => guessLimits.consume(write, [limitKey]));
};

/** With guesses from so many addresses that none reaches its own limit. */
const reachAccountLimit = (latchkey: Latchkey, id: string): Promise<void> =>
  countGuesses(latchkey, guessLimits['password:account'].free, ['password:account', id]);

describe.each(engines)('guessing on $name', (engine) => {
  const shared = shareLatchkey(engine, { settings });

  it('a burst at two processes gets only the free attempts, and the owner can sign in from elsewhere', async () => {
    const first = shared();
    const second = await restart(first);
    const { username } = await first.person();
    const answers = await times(free + 6, async (n) => logIn(n % 2 ? first : second, username, `guess ${n}`));
    const codes = answers.map(({ body }) => body.code).sort();
    expect(codes).toEqual([...Array(free).fill('invalid_credentials'), ...Array(6).fill('too_many_attempts')]);
    await logIn(first, username, password, { address: newAddress() }).expect(200);
  });

  it('after the free guesses, each wait is twice as long as the one before, up to 15 minutes', async () => {
    const latchkey = shared();
    const { id, username } = await latchkey.person();
    await countGuesses(latchkey, free, ['password:account+ip', `${id} ${here}`]);
    const waits: number[] = [];
    for (let n = 0; n < 13; n++) {
      const refused = await logIn(latchkey, username, password);
      expectProblem(refused, 'too_many_attempts');
      waits.push(Number(refused.headers['retry-after']));
      // A refused attempt does not extend the wait.
      await logIn(latchkey, username, 'wrong').expect(429);
      latchkey.clock.turn(waits.at(-1) ?? 0);
      await logIn(latchkey, username, 'wrong').expect(401);
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, maxWaitSeconds, maxWaitSeconds, maxWaitSeconds]);
    latchkey.clock.turn(maxWaitSeconds);
    await logIn(latchkey, username, password).expect(200);
  });

  it('an unknown user name has the same waits', async () => {
    const latchkey = shared();
    await times(free, async () => logIn(latchkey, 'nobody', 'wrong').expect(401));
    const { headers } = await logIn(latchkey, 'NOBODY', 'wrong').expect(429);
    expect(headers['retry-after']).toBe('1');
  });

  it('the right password resets the count', async () => {
    const latchkey = shared();
    const { id, username } = await latchkey.person();
    for (let round = 0; round < 3; round++) {
      await countGuesses(latchkey, free - 1, ['password:account+ip', `${id} ${here}`]);
      await logIn(latchkey, username, password).expect(200);
    }
  });

  it('guesses from many addresses reach a limit that does not lock out a known browser', async () => {
    const latchkey = shared();
    const { id, username } = await latchkey.person();
    const cookie = await knownDevice(latchkey, username);
    await reachAccountLimit(latchkey, id);
    await logIn(latchkey, username, password, { address: newAddress() }).expect(429);
    await logIn(latchkey, username, password, { address: newAddress(), cookie }).expect(200);

    // A stolen cookie allows no more guesses than the limit.
    await times(free, async () => logIn(latchkey, username, 'wrong', { cookie }).expect(401));
    await logIn(latchkey, username, password, { cookie }).expect(429);
  });

  it('a device cookie that is forged or belongs to another account has no effect', async () => {
    const latchkey = shared();
    const [{ id, username }, other] = [await latchkey.person(), await latchkey.person()];
    const cookie = await knownDevice(latchkey, other.username);
    const own = await knownDevice(latchkey, username);
    const forged = `${own.slice(0, -2)}${own.endsWith('AA') ? 'BB' : 'AA'}`;
    await reachAccountLimit(latchkey, id);
    for (const useless of [cookie, forged, `latchkey_device_5173=${other.refresh_token}`, 'latchkey_device_5173=']) {
      await logIn(latchkey, username, password, { cookie: useless }).expect(429);
    }
  });

  it('a sign-in to one account resets no count of another', async () => {
    const latchkey = shared();
    const own = await latchkey.person();
    await countGuesses(latchkey, guessLimits['sign-in:ip'].limit - 3, ['sign-in:ip', here]);
    for (let n = 0; n < 3; n++) {
      await logIn(latchkey, own.username, password).expect(200);
      await logIn(latchkey, `name-${n}`, 'wrong').expect(401);
    }
    await logIn(latchkey, 'one-more', 'wrong').expect(429);
    await logIn(latchkey, own.username, password, { address: newAddress() }).expect(200);
  });

  it('all known browsers of an account share fifty guesses', async () => {
    const latchkey = shared();
    const { id, username } = await latchkey.person();
    const cookie = await knownDevice(latchkey, username);
    await countGuesses(latchkey, guessLimits['password:account-devices'].free, ['password:account-devices', id]);
    await logIn(latchkey, username, 'wrong', { cookie }).expect(429);
  });

  it('an account id used as a user name counts against no account', async () => {
    const latchkey = shared();
    const { id, username } = await latchkey.person();
    await times(free, async () => logIn(latchkey, id, 'wrong').expect(401));
    await logIn(latchkey, id, 'wrong').expect(429);
    await logIn(latchkey, username, password).expect(200);
  });

  it('eight concurrent sign-ins with the right password all succeed', async () => {
    const latchkey = shared();
    const { username } = await latchkey.person();
    await times(8, async () => logIn(latchkey, username, password).expect(200));
  });

  it('a wrong password at a process whose clock is ahead causes no wait at another process', async () => {
    const latchkey = shared();
    const { username } = await latchkey.person();
    latchkey.clock.turn(25);
    await logIn(latchkey, username, 'wrong').expect(401);
    latchkey.clock.turn(-25);
    await logIn(latchkey, username, password).expect(200);
  });

  it('many accounts at one address can create two hundred API tokens a day', async () => {
    const latchkey = shared();
    const { access_token } = await latchkey.person();
    const { limit } = guessLimits['api-tokens:ip'];
    await countGuesses(latchkey, limit, ['api-tokens:ip', here]);
    const { status } = await latchkey.http
      .post('/api/tokens')
      .set('X-Forwarded-For', here)
      .set(...bearer(access_token))
      .send({ name: 'x' });
    expect(status).toBe(429);
  });

  it('an attempt refused by a full hash queue is not counted', async () => {
    const latchkey = await startLatchkey(engine, { settings });
    latchkey.breaks();
    // Twice as many as the queue holds (sixteen for each core). The comparisons start when all have arrived.
    const count = 34 * availableParallelism();
    const { promise: allHere, resolve: letGo } = Promise.withResolvers<void>();
    let here = 0;
    for (let n = 0; n < count; n++) {
      latchkey.beforeNextComparison(() => {
        here += 1;
        if (here === count) letGo();
        return allHere;
      });
    }
    const answers = await Promise.all(
      Array.from({ length: count }, (_, n) => logIn(latchkey, `name-${n}`, 'wrong', { address: newAddress() })),
    );
    const statuses = Map.groupBy(answers, ({ status }) => status);
    expect([...statuses.keys()].sort()).toEqual([401, 503]);
    const { read, tables } = latchkey.database;
    const single = (await read.select().from(tables.rateLimits)).filter(({ count }) => count === 1);
    // Four rows for each comparison: address, name, name from that address, and the decoy of an event.
    expect(single).toHaveLength(4 * (statuses.get(401)?.length ?? 0));
  });

  it('a success is not counted', async () => {
    const latchkey = shared();
    const { username } = await latchkey.person();
    for (let n = 0; n < free + 2; n++) await logIn(latchkey, username, password).expect(200);
  });

  it('the count of guesses survives a restart', async () => {
    const latchkey = shared();
    const { username } = await latchkey.person();
    await times(free, async () => logIn(latchkey, username, 'wrong').expect(401));
    await logIn(await restart(latchkey), username, password).expect(429);
  });

  it('guesses in a stolen session do not use up the attempts of the owner', async () => {
    const latchkey = shared();
    const { id, access_token } = await latchkey.person();
    const stolen = await latchkey.openSessionOf(id);
    const change = (token: string, currentPassword: string) =>
      latchkey.http
        .post('/api/passwords/change')
        .set(...bearer(token))
        .send({ currentPassword, newPassword: 'another long password' });
    const answers = await times(free + 3, async (n) => change(stolen.access_token, `guess ${n}`));
    expect(answers.filter(({ status }) => status === 403)).toHaveLength(free);
    await change(stolen.access_token, password).expect(429);
    await change(access_token, password).expect(204);
  });

  it('one account cannot fill the revocation feed with its own tokens', async () => {
    const latchkey = shared();
    const make = async ({ access_token }: { access_token: string }) => {
      const answer = await latchkey.http
        .post('/api/tokens')
        .set('X-Forwarded-For', here)
        .set(...bearer(access_token))
        .send({ name: 'x' });
      return answer.status;
    };
    const person = await latchkey.person();
    const made = await times(105, () => make(person));
    expect(made.filter((status) => status === 201)).toHaveLength(100);
    expect(made.filter((status) => status === 429)).toHaveLength(5);
    expect(await make(await latchkey.person())).toBe(201);
  });
});
