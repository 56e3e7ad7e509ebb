import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createGuard } from '@latchkey/guard';
import { describe, expect, it, onTestFinished } from 'vitest';
import { engines } from '../../../apps/api/testing/engines.ts';
import { freePort } from '../../../apps/api/testing/free-port.ts';
import { bearer, type Latchkey, password, startLatchkey } from '../../../apps/api/testing/start-latchkey.ts';
import { createTime } from '../../../apps/api/testing/time.ts';
import { createShop } from './shop.ts';
import { openStore } from './store.ts';

describe.each(engines)('the shop behind a real Latchkey on $name', (engine) => {
  const open = async () => {
    const port = await freePort();
    const issuer = `http://127.0.0.1:${port}`;
    const [latchkeyTime, shopTime] = [createTime(), createTime()];
    const latchkey = await startLatchkey(engine, { port, settings: { PUBLIC_URL: issuer }, time: latchkeyTime });
    const guard = createGuard({ issuer, audience: 'shop', clock: latchkey.clock.now, timers: shopTime });
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
    /** Waits until the shop polls Latchkey. Then two timers sleep there: the next round, and the end of the wait. */
    const listens = async (): Promise<void> => {
      await expect.poll(() => (latchkeyTime.sleeping() === 2 ? 'listens' : shopTime.pass(1_000))).toBe('listens');
    };
    return { latchkey, cart, listens, latchkeyTime };
  };

  const tokenFor = async ({ http }: Latchkey, access_token: string) =>
    (
      await http
        .post('/api/tokens')
        .set(...bearer(access_token))
        .send({ name: 'x', audience: 'shop' })
        .expect(201)
    ).body;

  // `pnpm bench revocation` measures how long this takes.
  it('a revoked token is refused after the next round of the feed, although it is verified offline', async () => {
    const { latchkey, cart, listens, latchkeyTime } = await open();
    const person = await latchkey.person();
    for (let round = 0; round < 3; round++) {
      const { id, access_token } = await tokenFor(latchkey, person.access_token);
      expect(await cart(access_token)).toBe(200);
      await listens();
      await latchkey.http
        .delete(`/api/tokens/${id}`)
        .set(...bearer(person.access_token))
        .expect(204);
      latchkeyTime.pass(250);
      await expect.poll(() => cart(access_token)).toBe(401);
    }
  });

  it('a password change ends the tokens issued before', async () => {
    const { latchkey, cart, listens, latchkeyTime } = await open();
    const person = await latchkey.person();
    const { access_token } = await tokenFor(latchkey, person.access_token);
    expect(await cart(access_token)).toBe(200);
    await listens();
    const change = { currentPassword: password, newPassword: 'another long password' };
    await latchkey.http
      .post('/api/passwords/change')
      .set(...bearer(person.access_token))
      .send(change)
      .expect(204);
    latchkeyTime.pass(250);
    await expect.poll(() => cart(access_token)).toBe(401);
  });
});
