import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import pino from 'pino';
import supertest from 'supertest';
import { describe, expect, it, onTestFinished } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { freshName, password, shareLatchkey } from '../../testing/start-latchkey.ts';
import { createApp } from '../app.ts';
import { listenForMetrics } from './listen-metrics.ts';
import { createMetrics } from './metrics.ts';
import { rarely } from './readings.ts';

const monitoring = (file: string): string =>
  fileURLToPath(new URL(`../../../../docs/monitoring/${file}`, import.meta.url));

describe.each(engines)('metrics on $name', (engine) => {
  const latchkey = shareLatchkey(engine);
  const start = async () => {
    const { config, services } = latchkey();
    const metrics = await createMetrics(services.readings);
    return {
      metrics,
      http: supertest(createApp(config, services, pino({ level: 'silent' }), { onRequestEnd: metrics.onRequest })),
    };
  };

  it('requests count by the path of the contract, their status and their problem', async () => {
    const { metrics, http } = await start();
    const username = freshName();
    await http.post('/api/sessions/login').send({ username, password }).expect(401);
    await http.delete('/api/sessions/0b8fd4f5-9d8e-4b39-8a2c-5d2c6dbd4d9e').expect(401);
    await http.get(`/api/${username}/passwords?token=${username}`).expect(404);
    await http.options(`/${username}`);
    const text = await metrics.render();
    expect(text).toContain('latchkey_requests_total{method="POST",path="/api/sessions/login",status="401"} 1');
    expect(text).toContain('latchkey_requests_total{method="DELETE",path="/api/sessions/:id",status="401"} 1');
    expect(text).toContain('latchkey_requests_total{method="other",path="other",status="404"}');
    expect(text).toContain('latchkey_problems_total{path="/api/sessions/login",code="invalid_credentials"} 1');
    expect(text).toMatch(/latchkey_request_duration_seconds_count{method="POST",path="\/api\/sessions\/login"} 1/);
    expect(text).not.toContain(username);
  });

  it('live sessions, waiting messages and hash tasks are read from their stores', async () => {
    const { services, person, database } = latchkey();
    const { metrics, http } = await start();
    const { access_token } = await person();
    await http.post('/api/sessions/login').send({ username: freshName(), password }).expect(401);
    await database.transaction((write) =>
      services.messages.insert(
        write,
        { kind: 'verification_requested', detail: { userId: 'nobody' } } as never,
        services.clock(),
      ),
    );
    // The last counts are shown until the next ones are due.
    await expect.poll(metrics.render).toMatch(/latchkey_sessions_live{kind="sign_in"} [1-9]/);
    await expect.poll(metrics.render).toMatch(/latchkey_messages_waiting [1-9]/);
    const text = await metrics.render();
    expect(text).toMatch(/latchkey_hash_tasks{state="waiting"} 0/);
    expect(text).toMatch(/latchkey_hashes_total [1-9]/);
    expect(text.includes('latchkey_database_connections{state="idle"}')).toBe(engine.name === 'PostgreSQL');
    expect(text).not.toContain(access_token);
  });

  it('every metric of the alerts and of the dashboard exists', async () => {
    const { metrics } = await start();
    const text = await metrics.render();
    const used = [monitoring('alerts.yml'), monitoring('grafana-dashboard.json')].flatMap(
      (file) => readFileSync(file, 'utf8').match(/\b(latchkey|nodejs|process)_[a-z0-9_]+/g) ?? [],
    );
    expect(used.length).toBeGreaterThan(20);
    const missing = used.filter((name) => !text.includes(`# TYPE ${name.replace(/_bucket$/, '')} `));
    expect(missing).toEqual([]);
  });
});

it.skipIf(spawnSync('promtool', ['--version']).status !== 0)('Prometheus accepts the alert rules', () => {
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'rules', monitoring('alerts.yml')], {
    encoding: 'utf8',
  });
  expect(`${stdout}${stderr}`).toContain('SUCCESS: 8 rules found');
  expect(status).toBe(0);
});

describe('the server of the metrics', () => {
  const metrics = { render: async () => 'up 1\n', contentType: 'text/plain; version=0.0.4', onRequest: () => {} };
  const open = async (render = metrics.render) => {
    const server = await listenForMetrics({ ...metrics, render }, '127.0.0.1', 0);
    onTestFinished(() => void server.close());
    return supertest(server);
  };

  it('answers GET /metrics and nothing else', async () => {
    const http = await open();
    expect((await http.get('/metrics').expect(200).expect('Content-Type', metrics.contentType)).text).toBe('up 1\n');
    await http.get('/').expect(404);
    await http.post('/metrics').expect(404);
  });

  it('answers 503 while the database does not answer', async () => {
    const http = await open(() => Promise.reject(new Error('gone')));
    await http.get('/metrics').expect(503);
  });

  it('names the settings if its port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void other.close());
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    await expect(listenForMetrics(metrics, '127.0.0.1', port)).rejects.toThrow(/check METRICS_PORT and METRICS_HOST/);
  });
});

it('a count is repeated only after fifty times as long as it took', async () => {
  let now = 0;
  let counted = 0;
  const count = rarely(
    async () => {
      now += 10;
      return ++counted;
    },
    () => now,
  );
  expect([await count(), await count()]).toEqual([1, 1]);
  now += 499;
  expect(await count()).toBe(1);
  now += 1;
  expect(await count()).toBe(2);
});
