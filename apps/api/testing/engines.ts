import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { inject } from 'vitest';

/** The databases that every promise is tried on. `freshUrl` makes an empty one that no other test knows. */
export const engines = [
  {
    name: 'SQLite',
    freshUrl: async (): Promise<string> => `file:${join(mkdtempSync(join(tmpdir(), 'latchkey-')), 'latchkey.db')}`,
  },
  {
    name: 'PostgreSQL',
    freshUrl: async (): Promise<string> => {
      const server = inject('postgresServer');
      const name = `latchkey_${randomUUID().replaceAll('-', '')}`;
      const client = new pg.Client({ connectionString: `${server}/postgres` });
      await client.connect();
      await client.query(`CREATE DATABASE ${name}`);
      await client.end();
      return `${server}/${name}`;
    },
  },
] as const;

export type Engine = (typeof engines)[number];
