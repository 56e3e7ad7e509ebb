import { describe, expect, it } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { expectProblem } from '../../testing/expect-problem.ts';
import { appSecret, startLatchkey } from '../../testing/start-latchkey.ts';
import { deriveKey } from './app-secret.ts';

const anotherSecret = 'f00dfacecafe1234567890abcdef9876';
const jwtSecret = 'f'.repeat(32);

describe.each(engines)('signing keys on $name', (engine) => {
  it.each(['HS256', 'RS256', 'ES256'] as const)('%s tokens verify after a restart', async (algorithm) => {
    const settings = { JWT_ALGORITHM: algorithm };
    const first = await startLatchkey(engine, { settings });
    const { access_token } = await first.person();
    const header = JSON.parse(Buffer.from(access_token.split('.')[0] ?? '', 'base64url').toString());
    expect(header).toEqual({ alg: algorithm, typ: 'at+jwt', kid: expect.stringMatching(/^[\w-]{16,43}$/) });
    await first.me(access_token).expect(200);
    const { databaseUrl, clock } = first;
    await first.stop();
    const second = await startLatchkey(engine, { settings, databaseUrl, clock });
    await second.me(access_token).expect(200);
  });

  it('ten concurrent first starts on one database use one key', async () => {
    const databaseUrl = await engine.freshUrl();
    const first = await startLatchkey(engine, { databaseUrl, settings: { JWT_ALGORITHM: 'HS256' } });
    const settings = { JWT_ALGORITHM: 'ES256' };
    const started = await Promise.all(
      Array.from({ length: 10 }, () => startLatchkey(engine, { databaseUrl, clock: first.clock, settings })),
    );
    const rows = await first.database.read.select().from(first.database.tables.signingKeys);
    expect(rows).toHaveLength(1);
    expect(new Set(started.map(({ services }) => services.keys.current().id))).toEqual(new Set([rows[0]?.id]));
    const { access_token } = await (started[0] ?? first).person();
    for (const latchkey of started) await latchkey.me(access_token).expect(200);
  });

  it('are encrypted in the database', async () => {
    const { database } = await startLatchkey(engine);
    const [row] = await database.read.select().from(database.tables.signingKeys);
    const bytes = Buffer.from(row?.sealedPrivateKey ?? '', 'base64url').toString('latin1');
    expect(bytes.length).toBeGreaterThan(1000);
    expect(bytes).not.toContain('PRIVATE KEY');
  });

  it('another APP_SECRET is refused with a message, unless APP_SECRET_PREVIOUS has the old one', async () => {
    const { databaseUrl, clock, ...first } = await startLatchkey(engine);
    const { access_token } = await first.person();
    await expect(startLatchkey(engine, { databaseUrl, settings: { APP_SECRET: anotherSecret } })).rejects.toThrow(
      /^APP_SECRET does not decrypt the signing keys in the database\. Set APP_SECRET to .* APP_SECRET_PREVIOUS\.$/,
    );
    const settings = { APP_SECRET: anotherSecret, APP_SECRET_PREVIOUS: `${'9'.repeat(32)}, ${appSecret}` };
    const rotated = await startLatchkey(engine, { databaseUrl, clock, settings });
    await rotated.me(access_token).expect(200);
  });

  it('HS256 tokens stay valid after a change of APP_SECRET, and new ones use the new secret', async () => {
    const { databaseUrl, clock, ...first } = await startLatchkey(engine, { settings: { JWT_ALGORITHM: 'HS256' } });
    const { access_token } = await first.person();
    const settings = { JWT_ALGORITHM: 'HS256', APP_SECRET: anotherSecret, APP_SECRET_PREVIOUS: appSecret };
    const rotated = await startLatchkey(engine, { databaseUrl, clock, settings });
    await rotated.me(access_token).expect(200);
    expectProblem(await first.me((await rotated.person()).access_token), 'token_invalid');
  });

  it('JWT_SECRET itself is the HS256 key, as other services expect', async () => {
    const settings = { JWT_ALGORITHM: 'HS256', JWT_SECRET: jwtSecret };
    const { services } = await startLatchkey(engine, { settings });
    expect(services.keys.current().signWith.export()).toEqual(Buffer.from(jwtSecret));
    expect(deriveKey(appSecret, 'access-token-hs256')).not.toEqual(Buffer.from(jwtSecret));
  });
});
