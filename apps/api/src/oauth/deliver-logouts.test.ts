import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { describe, expect, it, onTestFinished } from 'vitest';
import { newApp, signInToApp } from '../../testing/apps.ts';
import { engines } from '../../testing/engines.ts';
import { runCommand } from '../../testing/run-command.ts';
import { type Latchkey, publicUrl, restart, startLatchkey } from '../../testing/start-latchkey.ts';

/** The server of an app, which answers with `statuses` in turn, then with 200. */
const startListener = async (...statuses: readonly number[]) => {
  const received: string[] = [];
  const server = createServer(async (request, response) => {
    received.push(new URLSearchParams(await text(request)).get('logout_token') ?? '');
    response.writeHead(statuses[received.length - 1] ?? 200).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { uri: `http://127.0.0.1:${(server.address() as AddressInfo).port}/logout`, received };
};

const run = ({ jobs }: Latchkey): Promise<void> => jobs.deliverLogouts.run();
const signOut = ({ http }: Latchkey, { refresh_token }: { readonly refresh_token: string }) =>
  http.post('/api/sessions/logout').send({ refresh_token }).expect(204);

describe.each(engines)('back-channel logout on $name', (engine) => {
  const start = async (...statuses: readonly number[]) => {
    const latchkey = await startLatchkey(engine);
    const listener = await startListener(...statuses);
    const app = await newApp(latchkey, { backchannelLogoutUri: listener.uri });
    const person = await latchkey.person();
    await signInToApp(latchkey, app, person);
    return { latchkey, app, person, received: listener.received };
  };

  it('tells the app which sign-in has ended, with a signed token, once', async () => {
    const { latchkey, app, person, received } = await start();
    await run(latchkey);
    expect(received).toEqual([]);
    await signOut(latchkey, person);
    await run(latchkey);
    await run(latchkey);
    expect(received).toHaveLength(1);
    const keys = createRemoteJWKSet(new URL(`http://127.0.0.1:${latchkey.port}/.well-known/jwks.json`));
    const rules = { issuer: publicUrl, audience: app.id, typ: 'logout+jwt', currentDate: latchkey.clock.now() };
    const { payload } = await jwtVerify(received[0] ?? '', keys, rules);
    expect(payload).toMatchObject({
      sub: person.id,
      sid: expect.any(String),
      jti: expect.any(String),
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    });
    expect(payload).not.toHaveProperty('nonce');
  });

  it('tells it also that the account was deleted', async () => {
    const { latchkey, person, received } = await start();
    await runCommand(latchkey.services, 'users', 'delete', person.username, '--now');
    await run(latchkey);
    expect(received).toHaveLength(1);
  });

  it('tries again after a fault, and names the app to the operator', async () => {
    const { latchkey, person, received } = await start(500, 302);
    await signOut(latchkey, person);
    await expect(run(latchkey)).rejects.toThrow(/^shop-.* was not told of a sign-out: it answered 500$/);
    await run(latchkey);
    expect(received).toHaveLength(1);
    latchkey.clock.turn(5);
    await expect(run(latchkey)).rejects.toThrow('it answered 302');
    latchkey.clock.turn(15);
    await run(latchkey);
    expect(received).toHaveLength(3);
  });

  it('gives up after a day', async () => {
    const { latchkey, person, received } = await start(...Array.from({ length: 50 }, () => 500));
    await signOut(latchkey, person);
    for (let hour = 0; hour < 30; hour++) {
      await run(latchkey).catch(() => {});
      latchkey.clock.turn(3600);
    }
    const before = received.length;
    expect(before).toBeGreaterThan(20);
    await run(latchkey);
    expect(received).toHaveLength(before);
  });

  it('of two processes one tells the app', async () => {
    const { latchkey, person, received } = await start();
    const other = await restart(latchkey);
    await signOut(latchkey, person);
    await Promise.all([run(latchkey), run(other), run(latchkey), run(other)]);
    expect(received).toHaveLength(1);
  });
});
