import { KeyObject } from 'node:crypto';
import jwt, { type TokenOrHeader } from '@fastify/jwt';
import fastify, { type FastifyRequest, type onRequestAsyncHookHandler } from 'fastify';
import { createRemoteJWKSet } from 'jose';

declare module '@fastify/jwt' {
  interface FastifyJWT {
    user: { sub: string; username: string };
  }
}

const issuer = process.env.ISSUER ?? 'https://accounts.example.com';
const keys = createRemoteJWKSet(new URL('/.well-known/jwks.json', issuer));
const app = fastify();
await app.register(jwt, {
  decode: { complete: true },
  secret: async (_request: FastifyRequest, { header }: TokenOrHeader) =>
    KeyObject.from(await keys(header)).export({ type: 'spki', format: 'pem' }),
  verify: {
    checkTyp: 'at+jwt',
    algorithms: ['RS256', 'ES256'],
    allowedIss: issuer,
    allowedAud: 'shop',
    // The plugin skips the checks of a claim that the token does not have.
    requiredClaims: ['exp', 'iss', 'aud', 'sub'],
  },
});

/** Answers 401 to every invalid token; the plugin answers 500 to some. */
const requireAuth: onRequestAsyncHookHandler = async (request, reply) => {
  await request.jwtVerify().catch(() => reply.code(401).header('WWW-Authenticate', 'Bearer').send());
};

app.get('/me', { onRequest: requireAuth }, async ({ user }) => ({ username: user.username }));
await app.listen({ port: Number(process.env.PORT ?? 4000), host: '127.0.0.1' });
