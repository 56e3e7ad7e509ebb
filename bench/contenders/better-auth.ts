import { betterAuth } from 'better-auth';
import { toNodeHandler } from 'better-auth/node';
import express from 'express';
import { betterAuthOptions, openBetterAuth } from './better-auth-data.ts';

// better-auth on Express 5, as documented. Its cookie cache is off by default: each read queries the database, like Latchkey.
const { PORT, DATABASE_FILE = '', SECRET = '' } = process.env;
const database = openBetterAuth(DATABASE_FILE);
const auth = betterAuth(betterAuthOptions(database, SECRET, `http://127.0.0.1:${PORT}`));

const app = express();
app.all('/api/auth/*splat', toNodeHandler(auth));
app.listen(Number(PORT), '127.0.0.1');

process.once('SIGTERM', () => process.exit());
