import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { DatabaseStartError } from './database.ts';

type Dialect = 'sqlite' | 'postgres';

/** `new`: only the tables of a new database. A command must not migrate a database that an older server is using. */
export type MigrationScope = 'all' | 'new';

/** The build copies the folder next to the bundle. */
export const migrationsFolder = (dialect: Dialect): string =>
  fileURLToPath(new URL(`./migrations/${dialect}`, import.meta.url));

/** The time stamps of the migrations in this code, in milliseconds. drizzle stores the one that it applies. */
const migrationTimes = (dialect: Dialect): number[] => {
  const journal: { entries: { when: number }[] } = JSON.parse(
    readFileSync(`${migrationsFolder(dialect)}/meta/_journal.json`, 'utf8'),
  );
  return journal.entries.map(({ when }) => when);
};

const latestMigration = (dialect: Dialect): number => Math.max(...migrationTimes(dialect));

/** How many migrations a database lacks; undefined if it is newer than this code. */
export const missingMigrations = (applied: number, dialect: Dialect): number | undefined =>
  applied > latestMigration(dialect) ? undefined : migrationTimes(dialect).filter((when) => when > applied).length;

/**
 * The time stamps of two migrations of a database: of the newest that was applied, 0 for a new database, and of the oldest whose
 * code can use it.
 */
export type SchemaVersion = { readonly applied: number; readonly compatibleSince: number };

/**
 * Compares the schema of a database with this code. A newer one is used as it is, if its migrations only added to it.
 * @throws DatabaseStartError unless the migrations in `scope` may run
 */
export const checkMigration = (
  { applied, compatibleSince }: SchemaVersion,
  dialect: Dialect,
  scope: MigrationScope,
  name: string,
): void => {
  const latest = latestMigration(dialect);
  if (applied > latest && compatibleSince > latest) {
    throw new DatabaseStartError(
      `The database ${name} was written by a newer Latchkey; start that version, or use another DATABASE_URL. Nothing was changed.`,
    );
  }
  if (scope === 'new' && applied !== 0 && applied < latest) {
    throw new DatabaseStartError(
      `The database ${name} was written by an older Latchkey; restart the server, which migrates it. Nothing was changed.`,
    );
  }
};
