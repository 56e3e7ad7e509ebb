import type { Clock } from '../clock.ts';
import { type DatabaseStatus, databaseStatus } from '../database/database-status.ts';
import { type Finding, fail, ok, warn } from './finding.ts';

const aDaySeconds = 86_400;
const maxBackupDays = 7;
const maxClockSeconds = 5;

const checkMigrations = ({ missingMigrations: missing }: DatabaseStatus): Finding => {
  if (missing === undefined) return fail('Migrations', 'The database is newer than this version; start that version.');
  return missing === 0
    ? ok('Migrations', 'up to date')
    : fail('Migrations', `${missing} missing; restart the server, or run pnpm db migrate.`);
};

const checkBackup = ({ lastBackupAt }: DatabaseStatus, now: Date): Finding => {
  if (!lastBackupAt)
    return warn('Backup', 'There is none by pnpm db backup. Without one, a broken disk loses every account.');
  const days = Math.floor((now.getTime() - lastBackupAt.getTime()) / 1000 / aDaySeconds);
  const text = `${days} ${days === 1 ? 'day' : 'days'} old`;
  return days > maxBackupDays ? warn('Backup', `The last one is ${text}; run pnpm db backup.`) : ok('Backup', text);
};

const checkClock = ({ now: there }: DatabaseStatus, now: Date): Finding => {
  if (!there) return ok('Clock', 'that of this machine');
  const seconds = Math.round(Math.abs(there.getTime() - now.getTime()) / 1000);
  return seconds > maxClockSeconds
    ? fail('Clock', `The database is ${seconds} s apart; set the clocks of both machines with NTP.`)
    : ok('Clock', 'like that of the database');
};

const checkJournal = ({ journalMode }: DatabaseStatus): Finding[] => {
  if (journalMode === undefined) return [];
  return [
    journalMode === 'wal'
      ? ok('Journal', 'WAL')
      : fail(
          'Journal',
          `journal_mode is ${journalMode}, which another program set: each write stops the reads. Restart the server, which sets WAL.`,
        ),
  ];
};

/** @returns the findings, and whether the tables can be read */
export const checkDatabase = async (url: string, clock: Clock): Promise<{ findings: Finding[]; isUsable: boolean }> => {
  try {
    const status = await databaseStatus(url);
    if (!status)
      return {
        findings: [warn('Database', 'There is none yet. The start of the server creates it.')],
        isUsable: false,
      };
    const now = clock();
    return {
      findings: [
        ok('Database', `${status.engine}, ${status.users.toLocaleString('en')} users`),
        checkMigrations(status),
        ...checkJournal(status),
        checkClock(status, now),
        checkBackup(status, now),
      ],
      isUsable: status.missingMigrations === 0,
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { findings: [fail('Database', `It cannot be read (${reason}); check DATABASE_URL.`)], isUsable: false };
  }
};
