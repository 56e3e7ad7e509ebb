import type { Command } from '@commander-js/extra-typings';
import { backUp } from '../backups/back-up.ts';
import { moveDatabase } from '../backups/move-database.ts';
import { restoreBackup } from '../backups/restore-backup.ts';
import { verifyBackup } from '../backups/verify-backup.ts';
import { systemClock } from '../clock.ts';
import { type Config, tokenSecondsOf } from '../config.ts';
import { databaseStatus } from '../database/database-status.ts';
import { migrateDatabase } from '../database/open.ts';
import { endAllSessions } from '../sessions/end-all-sessions.ts';
import { databaseUrl, SettingFault } from '../setting-parsers.ts';
import { examples, moment, table } from './output.ts';
import type { OnConfig } from './program.ts';
import { createProgress } from './progress.ts';

/** Runs a long command with a line that says how far it is. */
const withProgress = async <Result>(run: (show: (count: number, all: number) => void) => Promise<Result>) => {
  const progress = createProgress();
  try {
    return await run((count, all) => progress.show(count, count / all));
  } finally {
    progress.clear();
  }
};

const megabytes = (bytes: number): string => `${(bytes / 1e6).toLocaleString('en', { maximumFractionDigits: 1 })} MB`;

const migrationsInWords = (missing: number | undefined): string => {
  if (missing === undefined) return 'newer than this version';
  return missing === 0 ? 'up to date' : `${missing} missing: run pnpm db migrate, or restart the server`;
};

const status = async ({ databaseUrl: url }: Config): Promise<string> => {
  const found = await databaseStatus(url);
  if (!found) return 'There is no database yet. The start of the server creates it.';
  return table([
    ['Engine', found.engine],
    ['Size', megabytes(found.bytes)],
    ['Migrations', migrationsInWords(found.missingMigrations)],
    ['Users', found.users.toLocaleString('en')],
    ['Live sessions', found.liveSessions.toLocaleString('en')],
    ['Last backup', found.lastBackupAt ? moment(found.lastBackupAt) : 'never, with pnpm db backup'],
  ]);
};

const targetUrl = (text: string): string => {
  try {
    return databaseUrl(text, false);
  } catch (error) {
    if (error instanceof SettingFault) throw new Error(`The URL ${error.message}`);
    throw error;
  }
};

export const addDatabaseCommands = (program: Command, onConfig: OnConfig): void => {
  const db = program.command('db').description('Back up, restore, move and migrate the database.');

  db.command('status')
    .description('Print the engine, the size, the version and the last backup.')
    .addHelpText('after', examples('db status'))
    .action(onConfig(status));

  db.command('migrate')
    .description('Create or update the tables, as the start of the server does.')
    .addHelpText('after', examples('db migrate'))
    .action(
      onConfig(async ({ databaseUrl: url }) => {
        await migrateDatabase(url, 'all', (sentence) => process.stderr.write(`${sentence}\n`));
        return 'The tables are up to date.';
      }),
    );

  db.command('backup')
    .description('Write the database to a file, while the server runs. The file has everything but APP_SECRET.')
    .argument('<file>')
    .addHelpText('after', examples('db backup latchkey.backup'))
    .action(
      onConfig(async ({ databaseUrl: url, appSecrets }, file: string) => {
        await withProgress((show) => backUp(url, file, show));
        const { users } = await verifyBackup(file, appSecrets);
        return `Wrote ${file} with ${users.toLocaleString('en')} users, and verified it. Keep APP_SECRET, too: it opens the keys.`;
      }),
    );

  db.command('verify')
    .description('Check that a backup can be restored with this APP_SECRET.')
    .argument('<file>')
    .addHelpText('after', examples('db verify latchkey.backup'))
    .action(
      onConfig(async ({ appSecrets }, file: string) => {
        const { users, liveSessions } = await withProgress((show) => verifyBackup(file, appSecrets, show));
        return `${file} can be restored: ${users.toLocaleString('en')} users, ${liveSessions.toLocaleString('en')} live sessions.`;
      }),
    );

  db.command('restore')
    .description('Restore a backup to the configured database. Stop the server first.')
    .argument('<file>')
    .option('--replace', 'also over a database with users, which is kept under another name', false)
    .option('--keep-sessions', 'do not sign everybody out, although sessions may have ended since', false)
    .addHelpText('after', examples('db restore latchkey.backup', 'db restore latchkey.backup --replace'))
    .action(
      onConfig(async (config, file: string, options: { replace: boolean; keepSessions: boolean }) => {
        const given = { isReplacing: options.replace, keepsSessions: options.keepSessions };
        const clock = systemClock;
        const needs = { clock, tokenSeconds: tokenSecondsOf(config) };
        const { users, ended, kept } = await withProgress((onProgress) =>
          restoreBackup(file, config, given, {
            clock,
            onProgress,
            endAllSessions: (database) => endAllSessions(database, needs),
          }),
        );
        return [
          `Restored ${users.toLocaleString('en')} users from ${file}; ended ${ended.toLocaleString('en')} sessions and API tokens.`,
          ...(kept ? [`The database before is ${kept}.`] : []),
        ].join('\n');
      }),
    );

  db.command('move')
    .description('Copy the database to another one, SQLite or PostgreSQL, and compare them. Stop the server first.')
    .argument('<url>', 'the other database, which must be empty')
    .addHelpText(
      'after',
      examples('db move postgres://latchkey:…@127.0.0.1/latchkey', 'db move file:./data/latchkey.db'),
    )
    .action(
      onConfig(async ({ databaseUrl: url }, given: string) => {
        const to = targetUrl(given);
        const rows = await withProgress((show) => moveDatabase(url, to, show));
        return `Copied and compared ${rows.toLocaleString('en')} rows. Set DATABASE_URL to the other database, and start the server. This one is unchanged.`;
      }),
    );
};
