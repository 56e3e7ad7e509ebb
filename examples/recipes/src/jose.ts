import { createServer } from 'node:http';
import { createRemoteJWKSet, jwtVerify } from 'jose';

const issuer = process.env.ISSUER ?? 'https://accounts.example.com';
const keys = createRemoteJWKSet(new URL('/.well-known/jwks.json', issuer));
const rules = { issuer, audience: 'shop', typ: 'at+jwt', algorithms: ['RS256', 'ES256'], requiredClaims: ['exp'] };

/** The claims of a valid access token; undefined for any other request. */
const claimsOf = async (authorization = '') => {
  const [scheme, token] = authorization.split(' ');
  if (scheme?.toLowerCase() !== 'bearer' || !token) return undefined;
  const verified = await jwtVerify(token, keys, rules).catch(() => undefined);
  return verified?.payload;
};

createServer(async ({ headers }, response) => {
  const claims = await claimsOf(headers.authorization);
  if (!claims) return response.writeHead(401, { 'WWW-Authenticate': 'Bearer' }).end();
  response.setHeader('Content-Type', 'application/json').end(JSON.stringify({ username: claims.username }));
}).listen(Number(process.env.PORT ?? 4000), '127.0.0.1');
