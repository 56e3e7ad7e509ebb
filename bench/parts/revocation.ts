import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { createGuard } from '../../packages/guard/src/require-auth.ts';
import { publicUrl, startLatchkey } from '../latchkey.ts';
import type { Part } from '../part.ts';
import type { Program } from '../program.ts';
import { fileIn, password } from '../world.ts';

const rounds = 20;
const [each, slowest] = ['refused after', 'at most'];
const service = 'a revoked token';

const ask = async (url: string, init: RequestInit, status: number): Promise<Record<string, string>> => {
  const answer = await fetch(url, { ...init, headers: { 'Content-Type': 'application/json', ...init.headers } });
  if (answer.status !== status) throw new Error(`${url} answered ${answer.status}`);
  return status === 204 ? {} : ((await answer.json()) as Record<string, string>);
};

/** Starts a service that uses the guard; returns its URL and a function that stops it. */
const startService = async ({ base }: Program) => {
  const guard = createGuard({ issuer: publicUrl, reachAt: base, audience: 'shop' });
  const app = express().get('/', guard.requireAuth(), (_request, response) => void response.end());
  const server = createServer(app);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const stop = (): void => {
    guard.close();
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, stop };
};

export const revocation: Part = {
  title: 'Revocation latency',
  about: `A service that uses the guard verifies tokens offline and follows the revocation feed. The time from the answer to the revocation until the service refuses the token, in ${rounds} runs.`,
  targets: [{ what: 'a revoked token is refused within a second', of: [slowest, service], max: 1_000 }],
  async measure(say) {
    const latchkey = await startLatchkey(`file:${fileIn('revocation.db')}`);
    const { url, stop } = await startService(latchkey);
    const account = { username: 'bench-revocation', password };
    const register = { method: 'POST', body: JSON.stringify(account) };
    const owner = await ask(`${latchkey.base}/api/accounts/register`, register, 201);
    const headers = { Authorization: `Bearer ${owner.access_token}` };
    const statusWith = async (token = ''): Promise<number> =>
      (await fetch(url, { headers: { Authorization: `Bearer ${token}` } })).status;

    const times: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const init = { method: 'POST', headers, body: JSON.stringify({ name: 'bench', audience: 'shop' }) };
      const token = await ask(`${latchkey.base}/api/tokens`, init, 201);
      if ((await statusWith(token.access_token)) !== 200) throw new Error('the service refuses a valid token');
      await ask(`${latchkey.base}/api/tokens/${token.id}`, { method: 'DELETE', headers }, 204);
      const revokedAt = performance.now();
      while ((await statusWith(token.access_token)) === 200);
      times.push(performance.now() - revokedAt);
    }
    say(`${rounds} revocations, the last seen after ${Math.max(...times).toFixed(0)} ms`);
    stop();
    await latchkey.stop();
    return [
      { name: each, unit: 'ms', rounds: { [service]: times } },
      { name: slowest, unit: 'ms', rounds: { [service]: [Math.max(...times)] } },
    ];
  },
};
