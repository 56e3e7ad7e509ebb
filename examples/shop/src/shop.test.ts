import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGuard } from '@latchkey/guard';
import { type Latchkey, startLatchkey } from '@latchkey/testing';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createShop } from './shop.ts';
import { openStore } from './store.ts';

let latchkey: Latchkey;
beforeAll(async () => {
  latchkey = await startLatchkey();
});
afterAll(() => latchkey.stop());

/** A token for the shop, of this user or of a new one. */
const tokenOf = async (user = latchkey.createUser()): Promise<string> =>
  latchkey.createToken(await user, { audience: 'shop' });

/** The shop, until the test ends. The result sends a request such as `GET /cart`, with an optional token and body. */
const startShop = async () => {
  const guard = createGuard({ issuer: latchkey.url, audience: 'shop', clock: latchkey.clock.now });
  const store = openStore(':memory:');
  const server = await new Promise<Server>((resolve) => {
    const listening: Server = createShop({ guard, store }).listen(0, '127.0.0.1', () => resolve(listening));
  });
  onTestFinished(() => {
    guard.close();
    server.close(() => store.close());
    server.closeAllConnections();
  });
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return async (line: string, token?: string, body?: unknown, type = 'application/json') => {
    const [method = '', path = ''] = line.split(' ');
    const answer = await fetch(base + path, {
      method,
      headers: {
        ...(token && { Authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'Content-Type': type }),
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return {
      status: answer.status,
      type: answer.headers.get('content-type'),
      body: (await answer.json()) as Record<string, unknown>,
    };
  };
};

const tea = { items: [{ product: 'tea', quantity: 2 }] };

describe('the shop', () => {
  it('keeps a cart and a wish list for each user, and shows them to no other user', async () => {
    const call = await startShop();
    const [ada, bob] = [await tokenOf(), await tokenOf()];
    expect((await call('GET /cart', ada)).body).toEqual({ items: [] });
    expect(await call('PUT /cart', ada, tea)).toMatchObject({ status: 200, body: tea });
    await call('PUT /wishes', ada, { products: ['kettle'] });
    await call('PUT /wishes', ada, { products: ['kettle', 'pot'] });
    expect((await call('GET /cart', ada)).body).toEqual(tea);
    expect((await call('GET /wishes', ada)).body).toEqual({ products: ['kettle', 'pot'] });
    expect((await call('GET /cart', bob)).body).toEqual({ items: [] });
    expect((await call('GET /wishes', bob)).body).toEqual({ products: [] });
  });

  it('refuses requests without a token, or with a token for another service', async () => {
    const call = await startShop();
    const { otherAudience } = await latchkey.createRefusedTokens(await latchkey.createUser(), 'shop');
    for (const line of ['GET /cart', 'PUT /cart', 'GET /wishes', 'PUT /wishes', 'POST /orders', 'GET /admin/carts']) {
      expect(await call(line)).toMatchObject({ status: 401, body: { code: 'token_missing' } });
      expect(await call(line, otherAudience)).toMatchObject({ status: 401, body: { code: 'token_invalid' } });
    }
  });

  it('greets a user by name, and a request without a token as a stranger', async () => {
    const call = await startShop();
    const user = latchkey.createUser({ username: 'ada' });
    expect((await call('GET /hello')).body).toEqual({ hello: 'stranger' });
    expect((await call('GET /hello', await tokenOf(user))).body).toEqual({ hello: 'ada' });
    expect((await call('GET /hello', 'nonsense')).status).toBe(401);
  });

  it('accepts an order once, after a recent sign-in', async () => {
    const user = await latchkey.createUser();
    // Before the guard starts, which would first have to read the revocation feed again.
    latchkey.clock.turn(600);
    const call = await startShop();
    const late = await latchkey.createToken(user, { audience: 'shop' });
    const fresh = await tokenOf(latchkey.signIn(user));
    await call('PUT /cart', late, tea);
    expect(await call('POST /orders', late)).toMatchObject({
      status: 401,
      body: { code: 'insufficient_user_authentication' },
    });
    const answers = await Promise.all(Array.from({ length: 10 }, () => call('POST /orders', fresh)));
    expect(answers.filter(({ status }) => status === 201).map(({ body }) => body)).toEqual([{ id: 1, ...tea }]);
    expect(answers.filter(({ body }) => body.code === 'cart_empty')).toHaveLength(9);
    expect((await call('GET /cart', fresh)).body).toEqual({ items: [] });
  });

  it('shows all carts to admins only', async () => {
    const call = await startShop();
    const user = await latchkey.createUser();
    const token = await latchkey.createToken(user, { audience: 'shop' });
    await call('PUT /cart', token, tea);
    expect(await call('GET /admin/carts', token)).toMatchObject({ status: 403, body: { code: 'insufficient_scope' } });
    const { body } = await call('GET /admin/carts', await tokenOf(latchkey.createUser({ role: 'admin' })));
    expect(body).toEqual({ carts: [{ userId: user.id, ...tea }] });
  });

  // `pnpm bench revocation` measures how long this takes.
  it('a revoked token is refused after the next round of the feed, although it is verified offline', async () => {
    const call = await startShop();
    const user = await latchkey.createUser();
    for (let round = 0; round < 3; round++) {
      const token = await latchkey.createToken(user, { audience: 'shop' });
      expect((await call('GET /cart', token)).status).toBe(200);
      await latchkey.revoke(token);
      await expect.poll(async () => (await call('GET /cart', token)).body.code).toBe('token_revoked');
    }
  });

  it('a password change ends the tokens issued before', async () => {
    const call = await startShop();
    const user = await latchkey.createUser();
    const token = await latchkey.createToken(user, { audience: 'shop' });
    expect((await call('GET /cart', token)).status).toBe(200);
    const change = await fetch(`${latchkey.url}/api/passwords/change`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${user.accessToken}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ currentPassword: user.password, newPassword: 'another long password' }),
    });
    expect(change.status).toBe(204);
    await expect.poll(async () => (await call('GET /cart', token)).status).toBe(401);
  });

  it.each([
    ['{', 'application/json', 400, 'malformed_json'],
    ['items=tea', 'application/x-www-form-urlencoded', 415, 'unsupported_media_type'],
    [{ items: [{ product: 'x'.repeat(110_000), quantity: 1 }] }, 'application/json', 413, 'payload_too_large'],
    [[], 'application/json', 422, 'invalid_request'],
    [{ items: [{ product: 'tea', quantity: 0 }] }, 'application/json', 422, 'invalid_request'],
    ['{"items":[{"product":"tea","quantity":1e400}]}', 'application/json', 422, 'invalid_request'],
    [{ items: [{ product: 'Tea!', quantity: 1 }] }, 'application/json', 422, 'invalid_request'],
    [{ items: [], owner: 'bob' }, 'application/json', 422, 'invalid_request'],
  ])('refuses %.40j as %s with %i %s', async (body, type, status, code) => {
    const call = await startShop();
    const answer = await call('PUT /cart', await tokenOf(), body, type);
    expect(answer).toMatchObject({ status, type: 'application/problem+json; charset=utf-8', body: { status, code } });
  });

  it('answers an unknown path with a problem', async () => {
    const call = await startShop();
    expect(await call('GET /nowhere')).toMatchObject({ status: 404, body: { code: 'not_found' } });
  });
});
