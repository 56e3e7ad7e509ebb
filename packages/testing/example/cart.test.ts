import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { after, before, type TestContext, test } from 'node:test';
import { createGuard, type Guard, getClaims } from '@latchkey/guard';
import { type Latchkey, startLatchkey } from '@latchkey/testing';
import express from 'express';

/** The service to test. */
const createService = ({ requireAuth }: Guard) =>
  express()
    .get('/cart', requireAuth(), (request, response) => void response.json({ owner: getClaims(request).username }))
    .post('/orders', requireAuth({ fresh: 300 }), (_request, response) => void response.sendStatus(201));

let latchkey: Latchkey;
before(async () => {
  latchkey = await startLatchkey();
});
after(() => latchkey.stop());

/** Starts the service until the test ends. The result sends a request such as `GET /cart` and returns its status. */
const startService = async (context: TestContext) => {
  const guard = createGuard({ issuer: latchkey.url, audience: 'shop', clock: latchkey.clock.now });
  const server = createService(guard).listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => {
    guard.close();
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return async (line: string, token: string): Promise<number> => {
    const [method = '', path = ''] = line.split(' ');
    const headers = { Authorization: `Bearer ${token}` };
    return (await fetch(`http://127.0.0.1:${port}${path}`, { method, headers })).status;
  };
};

test('shows the cart to a user with a token for this service, and refuses other tokens', async (context) => {
  const statusOf = await startService(context);
  const user = await latchkey.createUser();
  assert.equal(await statusOf('GET /cart', await latchkey.createToken(user, { audience: 'shop' })), 200);
  for (const [reason, token] of Object.entries(await latchkey.createRefusedTokens(user, 'shop'))) {
    assert.equal(await statusOf('GET /cart', token), 401, reason);
  }
});

test('accepts an order only after a recent sign-in', async (context) => {
  const user = await latchkey.createUser();
  // Before the guard starts: it answers 503 when its copy of the revocation feed is older than a minute.
  latchkey.clock.turn(600);
  const statusOf = await startService(context);
  assert.equal(await statusOf('POST /orders', await latchkey.createToken(user, { audience: 'shop' })), 401);
  const again = await latchkey.signIn(user);
  assert.equal(await statusOf('POST /orders', await latchkey.createToken(again, { audience: 'shop' })), 201);
});

test('refuses a revoked token', { timeout: 60_000 }, async (context) => {
  const statusOf = await startService(context);
  const token = await latchkey.createToken(await latchkey.createUser(), { audience: 'shop' });
  assert.equal(await statusOf('GET /cart', token), 200);
  await latchkey.revoke(token);
  // The guard learns of it within a second.
  while ((await statusOf('GET /cart', token)) !== 401);
});
