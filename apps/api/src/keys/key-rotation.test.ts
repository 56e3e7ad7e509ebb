import jsonwebtoken from 'jsonwebtoken';
import { describe, expect, it, vi } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { expectProblem } from '../../testing/expect-problem.ts';
import { runCommand } from '../../testing/run-command.ts';
import { appSecret, bearer, type Latchkey, startLatchkey } from '../../testing/start-latchkey.ts';

const run = ({ services }: Pick<Latchkey, 'services'>, ...words: readonly string[]): Promise<string> =>
  runCommand(services, 'keys', ...words);
const kidOf = (token: string): string => JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()).kid;
const published = async ({ http }: Latchkey): Promise<string[]> =>
  (await http.get('/.well-known/jwks.json').expect(200)).body.keys.map(({ kid }: { kid: string }) => kid);

const look = async (...processes: Latchkey[]): Promise<void> => {
  for (const { reloadKeys } of processes) await reloadKeys();
};

/** The algorithm whose keys take a millisecond to generate. */
const settings = { JWT_ALGORITHM: 'ES256' };

describe.each(engines)('key rotation on $name', (engine) => {
  it('a new key is published before it signs, an old one until its last token has expired', async () => {
    const latchkey = await startLatchkey(engine, { settings });
    const { access_token } = await latchkey.person();
    const old = kidOf(access_token);
    await run(latchkey, 'rotate', '--lead', '5m');
    await look(latchkey);
    expect(await published(latchkey)).toHaveLength(2);
    expect(kidOf((await latchkey.login()).access_token)).toBe(old);

    latchkey.clock.turn(301);
    await look(latchkey);
    expect(kidOf((await latchkey.login()).access_token)).not.toBe(old);
    await latchkey.me(access_token).expect(200);

    latchkey.clock.turn(30 * 60 + 62);
    await look(latchkey);
    expect(await published(latchkey)).not.toContain(old);
    expect(await run(latchkey, 'list')).toMatch(/^1 +expired.*\n2 +active/m);
  });

  it('with a secret other than that of the servers is refused, and changes nothing', async () => {
    const latchkey = await startLatchkey(engine);
    const services = { ...latchkey.services, appSecrets: ['b1f0c3e5b7d9826447aa11bb22cc33dd'] as const };
    await expect(run({ services }, 'rotate')).rejects.toThrow(/APP_SECRET does not decrypt the active key/);
    expect(await run(latchkey, 'list')).not.toMatch(/pending/);
  });

  it('keeps the old key until its last API token has expired', async () => {
    const latchkey = await startLatchkey(engine, { settings });
    const { access_token } = await latchkey.person();
    const { body } = await latchkey.http
      .post('/api/tokens')
      .set(...bearer(access_token))
      .send({ name: 'x', expiresIn: 86_400 })
      .expect(201);
    await run(latchkey, 'rotate', '--lead', '5s');
    latchkey.clock.turn(7200);
    await look(latchkey);
    expect(await published(latchkey)).toContain(kidOf(body.access_token));
    await latchkey.me(body.access_token).expect(200);
    latchkey.clock.turn(86_400);
    await look(latchkey);
    expect(await published(latchkey)).not.toContain(kidOf(body.access_token));
  });

  it('no request fails under continuous traffic on two processes', async () => {
    const first = await startLatchkey(engine, { settings });
    const second = await startLatchkey(engine, { settings, databaseUrl: first.databaseUrl, clock: first.clock });
    const statuses: number[] = [];
    const kids = new Set<string>();
    let isOver = false;

    const traffic = async (from: Latchkey, to: Latchkey): Promise<void> => {
      let pair: { access_token: string; refresh_token: string } = await from.person();
      while (!isOver) {
        const refreshed = await from.http.post('/api/sessions/refresh').send({ refresh_token: pair.refresh_token });
        pair = refreshed.body;
        kids.add(kidOf(pair.access_token));
        const looks = [await to.me(pair.access_token), await from.me(pair.access_token)];
        statuses.push(refreshed.status, ...looks.map(({ status }) => status));
      }
    };
    const moreTraffic = (): Promise<unknown> => {
      const enough = statuses.length + 18;
      return expect.poll(() => statuses.length).toBeGreaterThanOrEqual(enough);
    };

    const running = [traffic(first, second), traffic(second, first)];
    for (let round = 0; round < 3; round++) {
      await run(first, 'rotate', '--lead', '5s');
      // Never both at once: one process reads the new key and signs with it before the other reads it.
      for (const [seconds, sees] of [
        [1, first],
        [1, second],
        [4, first],
        [1, second],
      ] as const) {
        first.clock.turn(seconds);
        await look(sees);
        await moreTraffic();
      }
    }
    isOver = true;
    await Promise.all(running);
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
    expect(kids.size).toBe(4);
  });

  it('tokens of a revoked key are refused at once, even if they were verified before', async () => {
    const latchkey = await startLatchkey(engine, { settings });
    const { access_token, refresh_token } = await latchkey.person();
    await latchkey.me(access_token).expect(200);
    await expect(run(latchkey, 'retire', '1')).rejects.toThrow(/may still be valid/);
    await run(latchkey, 'retire', '1', '--now');
    await look(latchkey);
    expectProblem(await latchkey.me(access_token), 'token_invalid');
    const { body } = await latchkey.http.post('/api/sessions/refresh').send({ refresh_token }).expect(200);
    await latchkey.me(body.access_token).expect(200);
  });

  it('ten concurrent rotations create one key', async () => {
    const latchkey = await startLatchkey(engine, { settings });
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => run(latchkey, 'rotate')));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('an old APP_SECRET can be removed once Latchkey has started with the new one', async () => {
    const first = await startLatchkey(engine);
    const { access_token } = await first.person();
    const { databaseUrl, clock } = first;
    const APP_SECRET = '00112233445566778899aabbccddeeff';
    await startLatchkey(engine, { databaseUrl, clock, settings: { APP_SECRET, APP_SECRET_PREVIOUS: appSecret } });
    const third = await startLatchkey(engine, { databaseUrl, clock, settings: { APP_SECRET } });
    await third.me(access_token).expect(200);
  });

  it('tokens of the old algorithm stay valid after a change of algorithm', async () => {
    const first = await startLatchkey(engine);
    const { access_token } = await first.person();
    const { databaseUrl, clock } = first;
    const second = await startLatchkey(engine, { databaseUrl, clock, settings: { JWT_ALGORITHM: 'ES256' } });
    await second.me(access_token).expect(200);
    expect(await published(second)).toHaveLength(2);
  });

  const startAs = ({ databaseUrl, clock }: Latchkey, JWT_ALGORITHM: string) =>
    startLatchkey(engine, { databaseUrl, clock, settings: { JWT_ALGORITHM } });

  it('after a change to HS256 the old key pair expires like any replaced key', async () => {
    const first = await startLatchkey(engine);
    const { access_token } = await first.person();
    const second = await startAs(first, 'HS256');
    await second.me(access_token).expect(200);
    expect(await run(second, 'list')).toMatch(/^1 +retiring +RS256.*\n2 +active +HS256/m);
    await expect(run(second, 'retire', '2', '--now')).rejects.toThrow(/represents JWT_SECRET or APP_SECRET/);
    first.clock.turn(31 * 60 + 1);
    await look(second);
    expect(await published(second)).toEqual([]);
    expectProblem(await second.me(access_token), 'token_invalid');
    // And back: the old pair does not sign again.
    const third = await startAs(first, 'RS256');
    expect(await run(third, 'list')).toMatch(/^1 +expired +RS256.*\n2 +retiring +HS256.*\n3 +active +RS256/m);
  });

  it('after a change of algorithm and back, a new key signs, never the old one', async () => {
    const first = await startLatchkey(engine);
    const { access_token } = await first.person();
    const old = kidOf(access_token);
    first.clock.turn(500 * 86_400);
    await startAs(first, 'ES256');
    const back = await startAs(first, 'RS256');
    expect(kidOf((await back.login()).access_token)).not.toBe(old);
    expect(await run(back, 'list')).toMatch(/^1 +retiring +RS256.*\n2 +retiring +ES256.*\n3 +active +RS256/m);
  });

  it('processes with different algorithms do not create keys in turn', async () => {
    const first = await startLatchkey(engine);
    const second = await startAs(first, 'ES256');
    for (let round = 1; round <= 3; round++) await look(first, second);
    expect(await published(first)).toHaveLength(2);
    for (const [from, to] of [
      [first, second],
      [second, first],
    ] as const) {
      await to.me((await from.login()).access_token).expect(200);
    }
  });

  it('when the active key is revoked, a new one is created, and the previous one does not sign again', async () => {
    const latchkey = await startLatchkey(engine, { settings });
    const old = kidOf((await latchkey.person()).access_token);
    await run(latchkey, 'rotate', '--lead', '5s');
    latchkey.clock.turn(6);
    await look(latchkey);
    await run(latchkey, 'retire', '2', '--now');
    await look(latchkey);
    expect(kidOf((await latchkey.login()).access_token)).not.toBe(old);
    expect(await run(latchkey, 'list')).toMatch(/^1 +retiring.*\n2 +revoked.*\n3 +active/m);
  });

  it.each(['1s', '8d', '36500d', 'soon'])('a lead of %s is refused', async (lead) => {
    const latchkey = await startLatchkey(engine, { settings });
    await expect(run(latchkey, 'rotate', '--lead', lead)).rejects.toThrow(
      /option '--lead <duration>' argument '.*' is invalid\. It must be from 5s to 7d/,
    );
  });

  it('a pending key can be revoked, so that another can be created at once', async () => {
    const latchkey = await startLatchkey(engine, { settings });
    const { access_token } = await latchkey.person();
    await run(latchkey, 'rotate', '--lead', '7d');
    await expect(run(latchkey, 'rotate')).rejects.toThrow(/already pending; .* pnpm keys retire 2$/);
    await run(latchkey, 'retire', '2');
    await run(latchkey, 'rotate', '--lead', '5s');
    await look(latchkey);
    expect(await run(latchkey, 'list')).toMatch(/^1 +active.*\n2 +revoked.*\n3 +pending/m);
    await latchkey.me(access_token).expect(200);
  });

  it('the signature of a token is verified once, its session on every request', async () => {
    const latchkey = await startLatchkey(engine, { processes: 1 });
    const { access_token, refresh_token } = await latchkey.person();
    const verify = vi.spyOn(jsonwebtoken, 'verify');
    for (let n = 0; n < 5; n++) await latchkey.me(access_token).expect(200);
    expect(verify).toHaveBeenCalledTimes(1);
    verify.mockRestore();
    await latchkey.http.post('/api/sessions/logout').send({ refresh_token }).expect(204);
    expectProblem(await latchkey.me(access_token), 'token_revoked');
  });

  it('a token that was verified before still expires', async () => {
    const latchkey = await startLatchkey(engine);
    const { access_token } = await latchkey.person();
    await latchkey.me(access_token).expect(200);
    latchkey.clock.turn(30 * 60 + 31);
    expectProblem(await latchkey.me(access_token), 'token_expired');
  });
});
