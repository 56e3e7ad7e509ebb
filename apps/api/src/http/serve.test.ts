import { endpoint } from '@latchkey/contract/endpoint';
import { rates } from '@latchkey/contract/limits';
import express from 'express';
import pino from 'pino';
import supertest, { type Response, type Test } from 'supertest';
import { expect, it } from 'vitest';
import * as z from 'zod/mini';
import { engines } from '../../testing/engines.ts';
import { expectProblem } from '../../testing/expect-problem.ts';
import { bearer, startLatchkey } from '../../testing/start-latchkey.ts';
import { authenticate } from '../sessions/authenticate.ts';
import { authorize } from '../sessions/authorize.ts';
import { problemResponse } from './problem-response.ts';
import { requestLog } from './request-log.ts';
import { securityHeaders } from './security-headers.ts';
import { createServe } from './serve.ts';

const example = {
  method: 'GET',
  summary: 'An example',
  access: 'public',
  rate: rates.reading,
  status: 200,
  problems: [],
} as const;
const text = endpoint({ ...example, path: '/text', answers: 'text', response: z.string() });
const redirect = endpoint({ ...example, path: '/away', status: 303, answers: 'redirect', response: z.url() });
const zip = endpoint({ ...example, path: '/zip', answers: 'zip' });
const fresh = endpoint({ ...example, path: '/fresh', access: 'session', freshSeconds: 300, status: 204 });
const permitted = endpoint({
  ...example,
  path: '/permitted',
  access: 'token',
  permission: 'tokens:issue',
  status: 204,
});

/** A server with these endpoints, on the services of a real Latchkey. */
const startExamples = async () => {
  const { services, person, clock } = await startLatchkey(engines[0]);
  const logger = pino({ level: 'silent' });
  const zipEnded = Promise.withResolvers<void>();
  async function* endlessBytes() {
    try {
      for (;;) yield new Uint8Array(65_536);
    } finally {
      zipEnded.resolve();
    }
  }
  const app = express();
  app.use(requestLog(logger), securityHeaders('http://localhost'));
  const serve = createServe(app, {
    ...services,
    authenticate: authenticate(services),
    authorize: authorize(services),
  });
  serve(text, () => 'one\ntwo');
  serve(redirect, () => 'https://app.example/callback?code=1');
  serve(zip, endlessBytes);
  serve(fresh, () => undefined);
  serve(permitted, () => undefined);
  app.use(problemResponse(logger, []));
  return { http: supertest(app), person, clock, zipEnded: zipEnded.promise };
};

it('an answer is written as the endpoint declares it', async () => {
  const { http } = await startExamples();
  const written = await http.get('/text').expect(200);
  expect(written.headers['content-type']).toBe('text/plain; charset=utf-8');
  expect(written.text).toBe('one\ntwo');
  const away = await http.get('/away').expect(303);
  expect(away.headers.location).toBe('https://app.example/callback?code=1');
  expect(away.text).toBe('');
});

it('a file is not read further when the client has left', async () => {
  const { http, zipEnded } = await startExamples();
  const left: Test = http.get('/zip').parse((response: Response) => void response.once('data', () => left.abort()));
  await expect(left).rejects.toMatchObject({ code: 'ABORTED' });
  await zipEnded;
});

it('`freshSeconds` refuses a password that was given earlier', async () => {
  const { http, person, clock } = await startExamples();
  const { access_token } = await person();
  const call = () => http.get('/fresh').set(...bearer(access_token));
  await call().expect(204);
  clock.turn(302);
  const refused = await call();
  expectProblem(refused, 'insufficient_user_authentication');
  expect(refused.headers['www-authenticate']).toMatch(/error="insufficient_user_authentication"/);
});

it('`permission` is read from the account on each request', async () => {
  const { http, person } = await startExamples();
  const call = (token: string) => http.get('/permitted').set(...bearer(token));
  expectProblem(await call((await person()).access_token), 'permission_missing');
  await call((await person({ role: 'admin' })).access_token).expect(204);
});
