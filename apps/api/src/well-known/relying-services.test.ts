import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express, { type NextFunction, type Request, type Response } from 'express';
import { auth } from 'express-oauth2-jwt-bearer';
import * as oauth from 'oauth4webapi';
import { describe, expect, it, onTestFinished } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { freePort } from '../../testing/free-port.ts';
import { startLatchkey } from '../../testing/start-latchkey.ts';

const overHttp = { [oauth.allowInsecureRequests]: true };

describe.each(engines)('third-party libraries on $name', (engine) => {
  const start = async (JWT_ALGORITHM: string) => {
    const port = await freePort();
    const issuer = `http://127.0.0.1:${port}`;
    const latchkey = await startLatchkey(engine, { port, settings: { PUBLIC_URL: issuer, JWT_ALGORITHM } });
    return { latchkey, issuer };
  };

  describe.each(['RS256', 'ES256'])('with %s', (algorithm) => {
    it.each(['oidc', 'oauth2'] as const)(
      'oauth4webapi configures itself from the %s discovery document and accepts a token',
      async (kind) => {
        const { latchkey, issuer } = await start(algorithm);
        const identifier = new URL(issuer);
        const answer = await oauth.discoveryRequest(identifier, { ...overHttp, algorithm: kind });
        const server = await oauth.processDiscoveryResponse(identifier, answer);
        expect(server).toMatchObject({
          grant_types_supported: expect.arrayContaining(['authorization_code', 'refresh_token']),
        });
        const { access_token, id } = await latchkey.person();
        const request = new globalThis.Request('http://shop.example/', {
          headers: { Authorization: `Bearer ${access_token}` },
        });
        const claims = await oauth.validateJwtAccessToken(server, request, 'latchkey', overHttp);
        expect(claims).toMatchObject({ sub: id, client_id: 'latchkey' });
      },
    );

    it('express-oauth2-jwt-bearer in strict mode accepts a token', async () => {
      const { latchkey, issuer } = await start(algorithm);
      const app = express()
        .use(auth({ issuerBaseURL: issuer, audience: 'latchkey', strict: true }))
        .get('/', (request, response) => void response.json(request.auth?.payload))
        .use((error: Error, _request: Request, response: Response, _next: NextFunction) => {
          response.status(401).json(error.message);
        });
      const server = app.listen(0, '127.0.0.1');
      onTestFinished(() => void server.close());
      await once(server, 'listening');
      const { access_token, id } = await latchkey.person();
      const answer = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, {
        headers: { Authorization: `Bearer ${access_token}`, Connection: 'close' },
      });
      expect(await answer.json()).toMatchObject({ sub: id });
    });
  });
});
