import { createServer } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { freePort } from '../apps/api/testing/free-port.ts';

it('free ports differ, are free, and are none that the system gives away', async () => {
  const ports = await Promise.all(Array.from({ length: 16 }, freePort));
  expect(new Set(ports).size).toBe(16);
  expect(Math.max(...ports)).toBeLessThan(32_768);
  const taken = createServer().listen(ports[0], '127.0.0.1');
  onTestFinished(() => void taken.close());
  // The next round comes by the same ports.
  const next = await Promise.all(Array.from({ length: 20 }, freePort));
  expect(next).not.toContain(ports[0]);
});
