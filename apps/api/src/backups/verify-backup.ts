import { statSync } from 'node:fs';
import { databaseStatus } from '../database/database-status.ts';
import { connectDatabase } from '../database/open.ts';
import { faultsOfFile } from '../database/sqlite-files.ts';
import { createEventStore } from '../events/event-store.ts';
import { unseal } from '../keys/app-secret.ts';
import { OperatorError } from '../operator-error.ts';

type Verified = { readonly users: number; readonly liveSessions: number; readonly missingMigrations: number };
type Progress = (checked: number, all: number) => void;

/** Users whose event log is checked at once. */
const pageSize = 200;

/**
 * Checks that a backup can be restored: the file, its version, that `APP_SECRET` opens its keys, and every event log.
 * @throws OperatorError that names the first fault
 */
export const verifyBackup = async (
  file: string,
  appSecrets: readonly string[],
  onProgress: Progress = () => {},
): Promise<Verified> => {
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) throw new OperatorError(`There is no file ${file}.`);
  let status: Awaited<ReturnType<typeof databaseStatus>>;
  try {
    const [fault] = faultsOfFile(file);
    if (fault) throw new OperatorError(`${file} is damaged: ${fault}.`);
    status = await databaseStatus(`file:${file}`);
  } catch (error) {
    if (error instanceof OperatorError) throw error;
    throw new OperatorError(`${file} is no backup of Latchkey: ${error instanceof Error ? error.message : error}.`);
  }
  if (!status) throw new OperatorError(`${file} is no backup of Latchkey.`);
  const { users, liveSessions, missingMigrations } = status;
  if (missingMigrations === undefined)
    throw new OperatorError(`${file} was written by a newer Latchkey; restore it with that version.`);

  const database = await connectDatabase(`file:${file}`);
  try {
    const { signingKeys, users: accounts } = database.tables;
    for (const { id, algorithm, sealedPrivateKey } of await database.read.select().from(signingKeys)) {
      if (algorithm !== 'HS256' && unseal(appSecrets, sealedPrivateKey) === undefined)
        throw new OperatorError(
          `APP_SECRET does not open the key ${id} in ${file}. Set APP_SECRET to the secret of that time, or add it to APP_SECRET_PREVIOUS.`,
        );
    }
    const events = createEventStore(database);
    const all = await database.read.select({ id: accounts.id, username: accounts.username }).from(accounts);
    for (let from = 0; from < all.length; from += pageSize) {
      for (const { id, username } of all.slice(from, from + pageSize)) {
        const broken = await events.findBreak(id);
        if (broken !== undefined) throw new OperatorError(`Event ${broken} of ${username} was changed in ${file}.`);
      }
      onProgress(Math.min(from + pageSize, all.length), all.length);
    }
  } finally {
    await database.close();
  }
  return { users, liveSessions, missingMigrations };
};
