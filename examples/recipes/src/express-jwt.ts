import express, { type ErrorRequestHandler } from 'express';
import { expressjwt, type Request } from 'express-jwt';
import jwksRsa from 'jwks-rsa';

const issuer = process.env.ISSUER ?? 'https://accounts.example.com';
const requireAuth = expressjwt({
  secret: jwksRsa.expressJwtSecret({ jwksUri: `${issuer}/.well-known/jwks.json`, cache: true, rateLimit: true }),
  issuer,
  audience: 'shop',
  algorithms: ['RS256', 'ES256'],
  // express-jwt has no option for `typ`; this callback gets the header.
  isRevoked: (_request, token) => token?.header.typ !== 'at+jwt',
});

const refuse: ErrorRequestHandler = (error, _request, response, next) => {
  if (error.name !== 'UnauthorizedError') return next(error);
  response.set('WWW-Authenticate', 'Bearer').sendStatus(401);
};

const app = express();
app.get('/me', requireAuth, (request: Request, response) => {
  response.json({ username: request.auth?.username });
});
app.use(refuse);
app.listen(Number(process.env.PORT ?? 4000), '127.0.0.1');
