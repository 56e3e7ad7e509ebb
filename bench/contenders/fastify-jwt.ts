import { createPublicKey } from 'node:crypto';
import jwt from '@fastify/jwt';
import BetterSqlite3 from 'better-sqlite3';
import Fastify from 'fastify';

// Fastify 5 with @fastify/jwt, as documented, with Latchkey's profile read: it verifies the token, reads session and user from
// the same database with one prepared statement, and serializes the answer by its schema. Its logger is on, like Latchkey's.
const { PORT, DATABASE_FILE = '', JWKS = '', ISSUER = '', AUDIENCE = 'latchkey' } = process.env;
const [key] = JSON.parse(JWKS).keys;
const pem = createPublicKey({ key, format: 'jwk' }).export({ type: 'spki', format: 'pem' }).toString();

type Row = {
  id: string;
  username: string;
  display_name: string | null;
  email: string | null;
  email_verified_at: number | null;
  role: string;
  metadata: string;
  created_at: number;
  updated_at: number;
};
const database = new BetterSqlite3(DATABASE_FILE, { readonly: true });
// The cast keeps SQLite from re-planning the statement for each session, as in Latchkey.
const findUser = database.prepare<[string, number], Row>(`
  SELECT users.* FROM sessions JOIN users ON users.id = sessions.user_id
  WHERE sessions.id = cast(? AS text) AND sessions.ended_at IS NULL AND sessions.expires_at > ? AND users.disabled_at IS NULL`);

const app = Fastify({ logger: true });
await app.register(jwt, {
  secret: { public: pem },
  verify: { algorithms: ['RS256'], allowedIss: ISSUER, allowedAud: AUDIENCE },
});
app.get(
  '/profile',
  {
    onRequest: (request) => request.jwtVerify(),
    schema: {
      response: {
        200: {
          type: 'object',
          properties: {
            id: { type: 'string' },
            username: { type: 'string' },
            displayName: { type: ['string', 'null'] },
            email: { type: ['string', 'null'] },
            emailVerified: { type: 'boolean' },
            role: { type: 'string' },
            metadata: { type: 'object', additionalProperties: true },
            createdAt: { type: 'string' },
            updatedAt: { type: 'string' },
          },
        },
      },
    },
  },
  async (request) => {
    const row = findUser.get((request.user as { sid: string }).sid, Date.now());
    if (!row) throw Object.assign(new Error('the session has ended'), { statusCode: 401 });
    return {
      id: row.id,
      username: row.username,
      displayName: row.display_name,
      email: row.email,
      emailVerified: row.email_verified_at !== null,
      role: row.role,
      metadata: JSON.parse(row.metadata),
      createdAt: new Date(row.created_at).toISOString(),
      updatedAt: new Date(row.updated_at).toISOString(),
    };
  },
);
app.get('/ok', async () => ({ ok: true }));
await app.listen({ port: Number(PORT), host: '127.0.0.1' });

process.once('SIGTERM', () => process.exit());
