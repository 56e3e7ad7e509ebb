import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createGuard } from '@latchkey/guard';
import { describe, expect, it, onTestFinished } from 'vitest';
import { engines } from '../../../apps/api/testing/engines.ts';
import { freePort } from '../../../apps/api/testing/free-port.ts';
import { bearer, type Latchkey, password, startLatchkey } from '../../../apps/api/testing/start-latchkey.ts';
import { createShop } from './shop.ts';
import { openStore } from './store.ts';

describe.each(engines)('the shop behind a real Latchkey on $name', (engine) => {
  const open = async () => {
    const port = await freePort();
    const issuer = `http://127.0.0.1:${port}`;
    const latchkey = await startLatchkey(engine, { port, settings: { PUBLIC_URL: issuer } });
    const guard = createGuard({ issuer, audience: 'shop', clock: latchkey.clock.now });
    const server = createShop({ guard, store: openStore(':memory:') }).listen(0, '127.0.0.1');
    onTestFinished(() => {
      guard.close();
      server.close();
      server.closeAllConnections();
    });
    await once(server, 'listening');
    const { port: shopPort } = server.address() as AddressInfo;
    const cart = async (token: string): Promise<number> =>
      (await fetch(`http://127.0.0.1:${shopPort}/cart`, { headers: Object.fromEntries([bearer(token)]) })).status;
    return { latchkey, cart };
  };

  const tokenFor = async ({ http }: Latchkey, access_token: string) =>
    (
      await http
        .post('/api/tokens')
        .set(...bearer(access_token))
        .send({ name: 'x', audience: 'shop' })
        .expect(201)
    ).body;

  /** How long the shop still takes a token, in milliseconds; it gives up after ten seconds. */
  const timeUntilRefused = async (cart: (token: string) => Promise<number>, token: string): Promise<number> => {
    const startedAt = performance.now();
    while ((await cart(token)) === 200 && performance.now() - startedAt < 10_000);
    expect(await cart(token)).toBe(401);
    return performance.now() - startedAt;
  };

  it('a revoked token is refused within a second, though it is verified offline', async () => {
    const { latchkey, cart } = await open();
    const person = await latchkey.person();
    const times: number[] = [];
    for (let round = 0; round < 5; round++) {
      const { id, access_token } = await tokenFor(latchkey, person.access_token);
      expect(await cart(access_token)).toBe(200);
      await latchkey.http
        .delete(`/api/tokens/${id}`)
        .set(...bearer(person.access_token))
        .expect(204);
      times.push(await timeUntilRefused(cart, access_token));
    }
    const longest = Math.max(...times);
    console.log(`revocation reached the shop after ${times.map((time) => Math.round(time)).join(', ')} ms`);
    expect(longest).toBeLessThan(1000);
  });

  it('a password change takes the tokens that were made before along', async () => {
    const { latchkey, cart } = await open();
    const person = await latchkey.person();
    const { access_token } = await tokenFor(latchkey, person.access_token);
    expect(await cart(access_token)).toBe(200);
    const change = { currentPassword: password, newPassword: 'another long password' };
    await latchkey.http
      .post('/api/passwords/change')
      .set(...bearer(person.access_token))
      .send(change)
      .expect(204);
    await timeUntilRefused(cart, access_token);
  });
});
