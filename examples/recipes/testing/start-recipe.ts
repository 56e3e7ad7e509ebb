import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { vi } from 'vitest';
import { freePort } from '../../../apps/api/testing/free-port.ts';
import type { Recipe } from './recipes.ts';

/** An app without any code for tokens: it trusts the headers of its proxy, and answers with them. */
const startApp = async () => {
  const app = createServer(({ headers }, response) => {
    response
      .setHeader('Content-Type', 'application/json')
      .end(JSON.stringify({ username: headers['remote-user'], headers }));
  }).listen(0, '127.0.0.1');
  await once(app, 'listening');
  return app;
};

/** Runs a recipe until `stop`, and the app behind it if it is a proxy. */
export const startRecipe = async ({ command }: Recipe, issuer: string) => {
  const app = await startApp();
  const { port: appPort } = app.address() as AddressInfo;
  const port = await freePort();
  const [program, ...words] = command({ port, issuer, appPort });
  const env = { ...process.env, ISSUER: issuer, PORT: String(port) };
  const child = spawn(program, words, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }

  const ask = async (token?: string, headers: Record<string, string> = {}, path = '/me', method = 'GET') => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      headers: { ...headers, ...(token !== undefined && { Authorization: `Bearer ${token}` }) },
    });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: answer.ok ? JSON.parse(text) : text };
  };
  const stop = async (): Promise<void> => {
    app.close();
    app.closeAllConnections();
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };

  const answers = async (): Promise<boolean> => {
    if (child.exitCode !== null) throw new Error(`${program} ${words.join(' ')} ended: ${output}`);
    return ask().then(
      () => true,
      () => false,
    );
  };
  await vi.waitUntil(answers, { timeout: 120_000, interval: 50 }).catch(async (error) => {
    await stop();
    throw error;
  });
  return { ask, stop };
};
