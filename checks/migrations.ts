import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { trackedFiles } from './tracked-files.ts';

/** Later migrations keep the promise of docs/decisions/0020: the version before reads and writes the same tables. */
const lastFree = 7;

const refused: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/\bDROP\s+(TABLE|COLUMN)\b/i, 'drops what the version before uses'],
  [/\bRENAME\b/i, 'renames what the version before uses'],
  [
    /\bALTER\s+COLUMN\s+\S+\s+(SET\s+NOT\s+NULL|SET\s+DATA\s+TYPE|TYPE)\b/i,
    'narrows a column that the version before writes',
  ],
  [/__new_/, 'rebuilds a table, which drops the one that the version before has open'],
  [/^(?!.*\bDEFAULT\b).*\bADD\b.*\bNOT\s+NULL\b/i, 'adds a column that the version before does not fill'],
];

/** What tells the version before that this database is not for it. */
const movesMark = /^UPDATE \S{0,10}marks\S{0,10} SET .{1,80} WHERE .{1,20}compatible since/im;

/** What a migration would break while two versions run side by side. One that removes what no version uses any more moves the mark. */
export const faultsOfMigration = (sql: string): string[] =>
  movesMark.test(sql)
    ? []
    : sql
        .split('--> statement-breakpoint')
        .map((statement) => statement.replaceAll('\n', ' ').trim())
        .flatMap((statement) =>
          refused.flatMap(([pattern, reason]) =>
            pattern.test(statement) ? [`${reason}: ${statement.slice(0, 80)}`] : [],
          ),
        );

export const migrations = (): string[] =>
  trackedFiles(/^apps\/api\/src\/database\/migrations\/\w+\/\d{4}_\w+\.sql$/)
    .filter((file) => Number(basename(file).slice(0, 4)) > lastFree)
    .flatMap((file) => faultsOfMigration(readFileSync(file, 'utf8')).map((fault) => `${file} ${fault}`));
