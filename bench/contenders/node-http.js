import { createServer } from 'node:http';
import { profile } from './profile.js';

// Bare node:http: no token, no database, no routes; the upper bound for all contenders. Plain JavaScript, so that it starts
// without type stripping.
createServer((_request, response) => {
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.end(JSON.stringify(profile));
}).listen(Number(process.env.PORT), '127.0.0.1');

process.once('SIGTERM', () => process.exit());
