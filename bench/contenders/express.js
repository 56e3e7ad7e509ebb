import express from 'express';
import { profile } from './profile.js';

// Bare Express 5 with defaults: one route; no token, no database, no middleware. Plain JavaScript, like node-http.js.
const app = express();
app.get('/profile', (_request, response) => {
  response.json(profile);
});
app.listen(Number(process.env.PORT), '127.0.0.1');

process.once('SIGTERM', () => process.exit());
