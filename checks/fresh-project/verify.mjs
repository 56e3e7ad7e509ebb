import assert from 'node:assert/strict';
import { once } from 'node:events';
import axios from 'axios';
import express from 'express';

/** Starts a service behind the guard and sends it real tokens. Then calls Latchkey with the client. */
export const verify = async ({
  guard: { createGuard, getClaims },
  problem: { Problem, problemResponse },
  createClient,
  me,
}) => {
  const { url, user, token, refused } = JSON.parse(process.env.LATCHKEY);
  const guard = createGuard({ issuer: url, audience: 'shop' });
  const app = express();
  app.get('/', guard.requireAuth(), (request, response) => void response.json(getClaims(request)));
  app.use(() => {
    throw new Problem('not_found', 'There is nothing at this address.');
  });
  app.use(problemResponse);
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const base = `http://127.0.0.1:${server.address().port}`;
  const ask = (token) => fetch(base, { headers: { Authorization: `Bearer ${token}` } });

  const answer = await ask(token);
  assert.equal(answer.status, 200);
  const { username, aud } = await answer.json();
  assert.deepEqual({ username, aud }, { username: user.username, aud: 'shop' });
  for (const [reason, token] of Object.entries(refused)) assert.equal((await ask(token)).status, 401, reason);
  assert.equal((await (await fetch(`${base}/nowhere`)).json()).code, 'not_found');

  const http = axios.create({ baseURL: url, headers: { Authorization: `Bearer ${user.accessToken}` } });
  assert.equal((await createClient(http)(me)).id, user.id);

  guard.close();
  server.closeAllConnections();
  server.close();
};
