import { rates } from '@latchkey/contract/limits';
import { describe, expect, it } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { bearer, type Latchkey, restart, startLatchkey } from '../../testing/start-latchkey.ts';

const on = { RATE_LIMITS: 'on' };

const change = ({ http }: Latchkey, token: string) =>
  http
    .patch('/api/accounts/me')
    .set(...bearer(token))
    .send({ displayName: 'Ada' });

const times = <Result>(count: number, work: (n: number) => Promise<Result>): Promise<Result[]> =>
  Promise.all(Array.from({ length: count }, (_, n) => work(n)));

const statusesOf = (answers: readonly { status: number }[]) => {
  const groups = Map.groupBy(answers, ({ status }) => status);
  return Object.fromEntries([...groups].map(([status, same]) => [status, same.length]));
};

describe.each(engines)('rates on $name', (engine) => {
  const { most, seconds } = rates.changing;

  it('a burst at two processes gets as many tries as the rate has, and not one more', async () => {
    const first = await startLatchkey(engine, { settings: on });
    const second = await restart(first);
    const { access_token } = await first.person();
    const answers = await times(most + 30, async (n) => change(n % 2 ? first : second, access_token));
    expect(statusesOf(answers)).toEqual({ 200: most, 429: 30 });
  });

  it('what is spent stays spent over a restart, until its time is over', async () => {
    const latchkey = await startLatchkey(engine, { settings: on });
    const { access_token } = await latchkey.person();
    await times(most, async () => change(latchkey, access_token).expect(200));
    const restarted = await restart(latchkey);
    const { headers } = await change(restarted, access_token).expect(429);
    expect(Number(headers['retry-after'])).toBe(seconds);
    latchkey.clock.turn(seconds - 1);
    await change(restarted, access_token).expect(429);
    latchkey.clock.turn(2);
    await change(restarted, access_token).expect(200);
  });

  it('a call that fails is counted all the same', async () => {
    const latchkey = await startLatchkey(engine, { settings: on });
    const { access_token } = await latchkey.person();
    const answers = await times(most + 10, async () =>
      latchkey.http.delete('/api/sessions/nothing').set(...bearer(access_token)),
    );
    expect(statusesOf(answers)).toEqual({ 404: most, 429: 10 });
  });

  it('a flood that is refused asks the database for nothing but who it is', async () => {
    const latchkey = await startLatchkey(engine, { settings: on });
    const { access_token } = await latchkey.person();
    await times(most, async () => change(latchkey, access_token).expect(200));
    await change(latchkey, access_token).expect(429);
    const before = latchkey.statements.length;
    await times(20, async () => change(latchkey, access_token).expect(429));
    expect(latchkey.statements.slice(before).filter((statement) => !/^select/i.test(statement))).toEqual([]);
  });

  it('reading is counted thirty at a time: most reads write nothing', async () => {
    const latchkey = await startLatchkey(engine, { settings: on });
    const { access_token } = await latchkey.person();
    const before = latchkey.statements.length;
    await times(60, async () => latchkey.me(access_token).expect(200));
    const writes = latchkey.statements.slice(before).filter((statement) => /^insert into "attempts"/i.test(statement));
    expect(writes).toHaveLength(2);
  });

  it('strangers count by where they are, and do not use up what a session has', async () => {
    const latchkey = await startLatchkey(engine, { settings: on });
    const { access_token } = await latchkey.person();
    const answers = await times(rates.reading.most + 5, async (n) =>
      n % 2 ? latchkey.http.get('/api/accounts/me') : latchkey.me('nonsense'),
    );
    expect(statusesOf(answers)).toEqual({ 401: rates.reading.most, 429: 5 });
    await latchkey.me(access_token).expect(200);
  });
});

describe('whose requests count together', () => {
  const [engine] = engines;
  const jwks = ({ http }: Latchkey, address: string) =>
    http.get('/.well-known/jwks.json').set('X-Forwarded-For', address);

  it('those of one IPv6 network do, of another they do not', async () => {
    const latchkey = await startLatchkey(engine, { settings: { ...on, TRUST_PROXY: '1' } });
    const answers = await times(rates.reading.most + 10, async (n) =>
      jwks(latchkey, `2001:db8:1:2::${n.toString(16)}`),
    );
    expect(statusesOf(answers)).toEqual({ 200: rates.reading.most, 429: 10 });
    await jwks(latchkey, '2001:db8:1:3::1').expect(200);
  });

  it('a forwarded address that no trusted proxy wrote changes nothing', async () => {
    const direct = await startLatchkey(engine, { settings: on });
    const answers = await times(rates.reading.most + 10, async (n) => jwks(direct, `203.0.113.${n % 250}`));
    expect(statusesOf(answers)).toEqual({ 200: rates.reading.most, 429: 10 });

    const proxied = await startLatchkey(engine, { settings: { ...on, TRUST_PROXY: '1' } });
    const forged = await times(rates.reading.most + 10, async (n) =>
      jwks(proxied, `203.0.113.${n % 250}, 198.51.100.1`),
    );
    expect(statusesOf(forged)).toEqual({ 200: rates.reading.most, 429: 10 });
  });

  it('what is not in the contract, and what is not there, has a rate as well', async () => {
    const latchkey = await startLatchkey(engine, { settings: on });
    const paths = ['/api/docs', '/api/openapi.json', '/api/tokens/revocations', '/api/nothing'];
    const answers = await times(rates.reading.most + 4, async (n) => latchkey.http.get(paths[n % 4] ?? ''));
    expect(statusesOf(answers)[429]).toBe(4);
  });
});
