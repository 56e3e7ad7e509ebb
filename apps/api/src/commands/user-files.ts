import type { Command } from '@commander-js/extra-typings';
import type { Services } from '../services.ts';
import { exportUsers } from '../user-files/export-users.ts';
import { importUsers } from '../user-files/import-users.ts';
import { readRows } from '../user-files/read-rows.ts';
import { fileContent, firebaseParameters } from './arguments.ts';
import { examples, printable } from './output.ts';
import type { OnDatabase } from './program.ts';
import { createProgress } from './progress.ts';

const usersIn = (count: number): string => `${count.toLocaleString('en')} ${count === 1 ? 'user' : 'users'}`;

/** Adds `users import` and `users export`. */
export const addUserFileCommands = (users: Command, onDatabase: OnDatabase, print: (line: string) => void): void => {
  users
    .command('import')
    .description('Create accounts from a file of another system, with the passwords that people have there.')
    .argument(
      '<file>',
      'CSV with a header, JSON Lines, or the JSON export of Firebase, Keycloak, Django or better-auth',
    )
    .option('--dry-run', 'only say what would happen', false)
    .option('--firebase-parameters <file>', 'the hash parameters of the Firebase project, as JSON', firebaseParameters)
    .option('--flask-security-salt <file>', 'the SECURITY_PASSWORD_SALT of Flask-Security', fileContent)
    .option('--bcrypt-of-sha256', 'bcrypt hashes are of the SHA-256 (Flask-Bcrypt with long passwords)', false)
    .option('--skip-unknown-hashes', 'take users whose hash is unknown without a password', false)
    .addHelpText(
      'after',
      `
A user who exists stays as they are, so a second import changes nothing, and continues one that was interrupted.
${examples('users import users.csv --dry-run', 'users import users.csv')}`,
    )
    .action(
      onDatabase(async (services: Services, file: string, options) => {
        const { dryRun: isDryRun, bcryptOfSha256: isBcryptOfSha256, skipUnknownHashes: skipsUnknownHashes } = options;
        const progress = createProgress();
        const given = {
          isDryRun,
          isBcryptOfSha256,
          skipsUnknownHashes,
          firebase: options.firebaseParameters,
          flaskSecuritySalt: options.flaskSecuritySalt?.trim(),
        };
        const { imported, existing, refused } = await importUsers(services)(readRows(file), given, {
          onRefusal({ number }, name, reason) {
            progress.clear();
            print(`Row ${number}${name && ` (${printable(name)})`}: ${printable(reason)}`);
          },
          onProgress: (done, rows) => progress.show(rows, done),
        });
        progress.clear();
        const done = isDryRun ? 'would be imported' : 'imported';
        return `${usersIn(imported)} ${done}, ${existing} there already, ${refused} not taken.`;
      }),
    );

  users
    .command('export')
    .description('Write all users to a file that import reads, one on each line.')
    .argument('<file>')
    .option('--with-hashes', 'with the hashes of the passwords: keep the file secret', false)
    .addHelpText('after', examples('users export users.jsonl', 'users export users.jsonl --with-hashes'))
    .action(
      onDatabase(async (services: Services, file: string, { withHashes }: { withHashes: boolean }) => {
        const progress = createProgress();
        const count = await exportUsers(services)(file, withHashes, (rows) => progress.show(rows));
        progress.clear();
        return `Wrote ${usersIn(count)} to ${file}.`;
      }),
    );
};
