import { createGuard, getClaims } from '@latchkey/guard';
import express from 'express';

const guard = createGuard({
  // The setting PUBLIC_URL of Latchkey.
  issuer: process.env.ISSUER ?? 'https://accounts.example.com',
  // The name of this service: the audience of its tokens.
  audience: 'shop',
});

const app = express();
app.get('/me', guard.requireAuth(), (request, response) => {
  response.json({ username: getClaims(request).username });
});
app.listen(Number(process.env.PORT ?? 4000), '127.0.0.1');
