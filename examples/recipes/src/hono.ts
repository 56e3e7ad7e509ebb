import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { jwk } from 'hono/jwk';
import type { JwtVariables } from 'hono/jwt';
import type { HonoJsonWebKey } from 'hono/utils/jwt/jws';

const issuer = process.env.ISSUER ?? 'https://accounts.example.com';
let cached = { keys: [] as HonoJsonWebKey[], until: 0 };

/** Reads the keys once a minute. With `jwks_uri`, Hono would read them for each request. */
const findKeys = async () => {
  if (Date.now() > cached.until) {
    const answer = await fetch(`${issuer}/.well-known/jwks.json`);
    const { keys } = (await answer.json()) as { keys: HonoJsonWebKey[] };
    cached = { keys, until: Date.now() + 60_000 };
  }
  return cached.keys;
};

const requireAuth = jwk({
  keys: findKeys,
  alg: ['RS256', 'ES256'],
  // Without `typ`, Hono accepts only tokens of type JWT.
  verification: { iss: issuer, aud: 'shop', typ: 'at+jwt' },
});

const app = new Hono<{ Variables: JwtVariables }>();
app.get('/me', requireAuth, (context) => context.json({ username: context.var.jwtPayload.username }));
serve({ fetch: app.fetch, port: Number(process.env.PORT ?? 4000), hostname: '127.0.0.1' });
