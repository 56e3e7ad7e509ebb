import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { expect, onTestFinished } from 'vitest';
import { createTime } from '../../../apps/api/testing/time.ts';
import type { GuardOptions } from '../src/guard-options.ts';
import { createGuard } from '../src/require-auth.ts';
import type { Switches } from '../src/switches.ts';
import type { Issuer } from './start-issuer.ts';

/** A service with one route behind the guard, until the test ends. It answers with `request.auth`. */
export const startService = async (
  issuer: Issuer,
  { switches = {}, ...options }: Partial<GuardOptions> & { readonly switches?: Switches } = {},
) => {
  const faults: string[] = [];
  const time = createTime();
  const guard = createGuard({
    issuer: issuer.url,
    audience: 'shop',
    clock: issuer.clock.now,
    timers: time,
    onFault: ({ message }) => faults.push(message),
    ...options,
  });
  const app = express();
  app.all('/', guard.requireAuth(switches), (request, response) => {
    response.json(request.auth ?? null);
  });
  const server = await new Promise<Server>((resolve) => {
    const listening: Server = app.listen(0, '127.0.0.1', () => resolve(listening));
  });
  onTestFinished(() => {
    guard.close();
    server.close();
    server.closeAllConnections();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;

  const ask = async (headers: Record<string, string> = {}, init: RequestInit & { readonly query?: string } = {}) => {
    const response = await fetch(url + (init.query ?? ''), { ...init, headers });
    const body: unknown = await response.json();
    return { status: response.status, headers: response.headers, body: body as Record<string, unknown> };
  };
  return {
    url,
    guard,
    faults,
    /** The guard's timer. */
    time,
    /** Polls for an expected value, and lets a second pass each time. */
    inTime: <Value>(read: () => Value) =>
      expect.poll(() => {
        time.pass(1_000);
        return read();
      }),
    ask,
    askWith: (token: string) => ask({ Authorization: `Bearer ${token}` }),
    /** The code of the refusal, or `none`. */
    async codeFor(token: string): Promise<unknown> {
      const { status, body } = await ask({ Authorization: `Bearer ${token}` });
      return status === 200 ? 'none' : body.code;
    },
  };
};
