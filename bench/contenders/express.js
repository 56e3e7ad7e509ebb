import express from 'express';
import { profile } from './profile.js';

// Bare Express 5, as it comes: one route; no token, no database, no middleware. Plain JavaScript, as for node:http.
const app = express();
app.get('/profile', (_request, response) => {
  response.json(profile);
});
app.listen(Number(process.env.PORT), '127.0.0.1');

process.once('SIGTERM', () => process.exit());
