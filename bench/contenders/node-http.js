import { createServer } from 'node:http';
import { profile } from './profile.js';

// Bare node:http: no token, no database, no routes; the most that any of them could do. Plain JavaScript, so that it starts as it
// would anywhere.
createServer((_request, response) => {
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.end(JSON.stringify(profile));
}).listen(Number(process.env.PORT), '127.0.0.1');

process.once('SIGTERM', () => process.exit());
