import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { context, diag, propagation } from '@opentelemetry/api';
import { InMemorySpanExporter, type ReadableSpan } from '@opentelemetry/sdk-trace';
import pino from 'pino';
import supertest from 'supertest';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { testConfig } from '../../testing/launch.ts';
import { bearer, freshName, password, startLatchkey } from '../../testing/start-latchkey.ts';
import { createApp } from '../app.ts';
import { systemSleep } from '../clock.ts';
import type { Config } from '../config.ts';
import { openDatabase } from '../database/open.ts';
import { runServer } from '../run-server.ts';
import { createServices, hasherOf } from '../services.ts';
import type { SamplerName } from './sampler-names.ts';
import { createTracing } from './tracing.ts';

afterEach(() => {
  // They belong to the process, which other tests use after this one.
  context.disable();
  propagation.disable();
  diag.disable();
});

const traced = async (config: Config, sampler: SamplerName = 'always_on', share = 1) => {
  const exporter = new InMemorySpanExporter();
  // Closing forgets the spans.
  exporter.shutdown = () => Promise.resolve();
  const options = { endpoint: '', sampler, share, exporter, onFault: expect.fail, sleep: systemSleep };
  const tracing = await createTracing(options);
  const opened = await openDatabase(config.databaseUrl, { onQuery: tracing.onQuery });
  const hasher = tracing.traceHasher(hasherOf(config));
  const services = createServices(config, tracing.traceDatabase(opened), () => new Date(), { hasher });
  await services.keys.reload();
  const http = supertest(createApp(config, services, pino({ level: 'silent' }), tracing));
  const spans = async (): Promise<ReadableSpan[]> => {
    await tracing.close();
    services.revocationFeed.close();
    await Promise.all([hasher.close(), opened.close()]);
    return exporter.getFinishedSpans();
  };
  return { http, spans };
};

const configOf = async (engine: (typeof engines)[number]): Promise<Config> => {
  const { databaseUrl } = await startLatchkey(engine, { processes: 1 });
  return testConfig({ DATABASE_URL: databaseUrl });
};

describe.each(engines)('traces on $name', (engine) => {
  it('a request is a span of the trace of its client, with its statements, its transactions and its hash', async () => {
    const { http, spans } = await traced(await configOf(engine));
    const traceparent = `00-${'a1'.repeat(16)}-${'b2'.repeat(8)}-01`;
    const username = freshName();
    const { body } = await http
      .post('/api/accounts/register')
      .set('traceparent', traceparent)
      .send({ username, password })
      .expect(201);
    await http
      .get('/api/accounts/me')
      .set(...bearer(body.access_token))
      .expect(200);
    const all = await spans();
    const [request] = all.filter(({ name }) => name === 'POST /api/accounts/register');
    expect(request?.spanContext().traceId).toBe('a1'.repeat(16));
    expect(request?.parentSpanContext?.spanId).toBe('b2'.repeat(8));
    expect(request?.attributes).toMatchObject({
      'http.request.method': 'POST',
      'http.route': '/api/accounts/register',
      'http.response.status_code': 201,
      'latchkey.request_id': expect.stringMatching(/^[\da-f-]{36}$/),
    });
    const own = all.filter(({ parentSpanContext }) => parentSpanContext?.spanId === request?.spanContext().spanId);
    expect(new Set(own.map(({ name }) => name))).toEqual(new Set(['hash password', 'transaction']));
    const transactions = own.filter(({ name }) => name === 'transaction');
    const statements = transactions.flatMap(({ events }) => events).map((event) => event.attributes?.['db.query.text']);
    expect(statements).toContainEqual(expect.stringMatching(/^insert into "users"/));
    const [read] = all.filter(({ name }) => name === 'GET /api/accounts/me');
    expect(read?.spanContext().traceId).not.toBe('a1'.repeat(16));
    const secrets = JSON.stringify(
      all.map(({ name, attributes, events, status }) => [name, attributes, events, status]),
    );
    expect(secrets).not.toContain(username);
    expect(secrets).not.toContain(password);
  });

  it('a failure is marked, and what a stranger chose is not in it', async () => {
    const { http, spans } = await traced(await configOf(engine));
    const stranger = freshName();
    await http.post('/api/sessions/login').send({ username: stranger, password }).expect(401);
    await http.get(`/${stranger}?token=${stranger}`).expect(404);
    await http.patch(`/api/${stranger}`);
    const all = await spans();
    const [login] = all.filter(({ name }) => name === 'POST /api/sessions/login');
    expect(login?.attributes).toMatchObject({
      'http.response.status_code': 401,
      'error.type': 'invalid_credentials',
    });
    expect(all.filter(({ name }) => name === 'other')).toHaveLength(2);
    expect(JSON.stringify(all.map(({ name, attributes, events }) => [name, attributes, events]))).not.toContain(
      stranger,
    );
  });
});

it.each([
  ['always_off', '01', 0],
  ['always_on', '00', 1],
  ['parentbased_always_on', '00', 0],
  ['parentbased_always_off', '01', 1],
  ['parentbased_traceidratio', '01', 1],
  ['traceidratio', '01', 0],
] as const)(
  'OTEL_TRACES_SAMPLER=%s with a share of 0 and the flag %s of the client keeps %i spans',
  async (sampler, flag, count) => {
    const { http, spans } = await traced(await configOf(engines[0]), sampler, 0);
    await http
      .get('/health/live')
      .set('traceparent', `00-${'f1'.repeat(16)}-${'b2'.repeat(8)}-${flag}`)
      .expect(200);
    expect(await spans()).toHaveLength(count);
  },
);

/** The server as it runs, with this collector. */
const serve = async (endpoint: string, onWarning: (line: string) => void = () => {}) => {
  const { databaseUrl } = await startLatchkey(engines[0], { processes: 1 });
  const settings = { DATABASE_URL: databaseUrl, PORT: '0', OTEL_EXPORTER_OTLP_ENDPOINT: endpoint };
  const logger = pino({ level: 'warn' }, { write: onWarning });
  return runServer(testConfig(settings), logger);
};

it('a server that stops has sent its spans to the collector', async () => {
  vi.stubEnv('OTEL_RESOURCE_ATTRIBUTES', 'deployment.environment.name=staging');
  const received: { path: string | undefined; type: string | undefined; body: Buffer }[] = [];
  const collector = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    received.push({ path: request.url, type: request.headers['content-type'], body: Buffer.concat(parts) });
    response.writeHead(200, { 'Content-Type': 'application/x-protobuf' }).end();
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    vi.unstubAllEnvs();
    collector.close();
  });
  const server = await serve(`http://127.0.0.1:${(collector.address() as AddressInfo).port}`);
  await supertest(server.url).get('/health/ready').expect(200);
  await server.stop();
  const [batch] = received;
  expect(batch).toMatchObject({ path: '/v1/traces', type: 'application/x-protobuf' });
  for (const text of ['latchkey', 'deployment.environment.name', 'GET /health/ready'])
    expect(batch?.body.includes(text)).toBe(true);
});

it('without a collector that answers, requests go on, a warning says so, and the server stops', async () => {
  const warnings: string[] = [];
  const server = await serve('http://127.0.0.1:1', (line) => warnings.push(line));
  await supertest(server.url).get('/health/ready').expect(200);
  await server.stop();
  expect(warnings.join('')).toContain('The last spans were not sent: http://127.0.0.1:1/ does not accept them.');
});
