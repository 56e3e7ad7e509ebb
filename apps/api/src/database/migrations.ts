import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

type Dialect = 'sqlite' | 'postgres';

/** The build copies the folder next to the bundle. */
export const migrationsFolder = (dialect: Dialect): string =>
  fileURLToPath(new URL(`./migrations/${dialect}`, import.meta.url));

/** The time stamp of the newest migration in this code, in milliseconds. drizzle stores it when it applies one. */
export const latestMigration = (dialect: Dialect): number => {
  const journal: { entries: { when: number }[] } = JSON.parse(
    readFileSync(`${migrationsFolder(dialect)}/meta/_journal.json`, 'utf8'),
  );
  return Math.max(...journal.entries.map(({ when }) => when));
};
