import express from 'express';
import jwksRsa from 'jwks-rsa';
import passport from 'passport';
import { ExtractJwt, Strategy } from 'passport-jwt';

type Claims = { readonly sub: string; readonly username: string };

const issuer = process.env.ISSUER ?? 'https://accounts.example.com';
const strategy = new Strategy(
  {
    jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
    secretOrKeyProvider: jwksRsa.passportJwtSecret({
      jwksUri: `${issuer}/.well-known/jwks.json`,
      cache: true,
      rateLimit: true,
    }),
    issuer,
    audience: 'shop',
    algorithms: ['RS256', 'ES256'],
  },
  (claims: Claims, done) => done(null, claims),
);
passport.use(strategy);

const app = express();
app.get('/me', passport.authenticate('jwt', { session: false }), (request, response) => {
  const { username } = request.user as Claims;
  response.json({ username });
});
app.listen(Number(process.env.PORT ?? 4000), '127.0.0.1');
