import { KeyObject } from 'node:crypto';
import { createServer } from 'node:http';
import { createVerifier, type DecodedJwt } from 'fast-jwt';
import { createRemoteJWKSet } from 'jose';

const issuer = process.env.ISSUER ?? 'https://accounts.example.com';
const keys = createRemoteJWKSet(new URL('/.well-known/jwks.json', issuer));
const verify = createVerifier({
  key: async ({ header }: DecodedJwt) => KeyObject.from(await keys(header)).export({ type: 'spki', format: 'pem' }),
  checkTyp: 'at+jwt',
  algorithms: ['RS256', 'ES256'],
  allowedIss: issuer,
  allowedAud: 'shop',
  // fast-jwt skips the checks of a claim that the token does not have.
  requiredClaims: ['exp', 'iss', 'aud', 'sub'],
});

/** The claims of a valid access token; undefined for any other request. */
const claimsOf = async (authorization = '') => {
  const [scheme, token] = authorization.split(' ');
  if (scheme?.toLowerCase() !== 'bearer' || !token) return undefined;
  return verify(token).catch(() => undefined);
};

createServer(async ({ headers }, response) => {
  const claims = await claimsOf(headers.authorization);
  if (!claims) return response.writeHead(401, { 'WWW-Authenticate': 'Bearer' }).end();
  response.setHeader('Content-Type', 'application/json').end(JSON.stringify({ username: claims.username }));
}).listen(Number(process.env.PORT ?? 4000), '127.0.0.1');
