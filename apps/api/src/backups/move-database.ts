import { type CopyProgress, copyDatabase, findPosition, isEmpty, rowsOfCopy } from '../database/copy-database.ts';
import { openSource, openTarget } from '../database/copy-sides.ts';
import { migrateDatabase } from '../database/open.ts';
import { OperatorError } from '../operator-error.ts';

/**
 * Copies a database to another, of either engine, and compares them. Nobody can write to the first meanwhile, and it stays as it is.
 * An interrupted move continues.
 * @returns how many rows there are
 */
export const moveDatabase = async (from: string, to: string, onProgress: CopyProgress): Promise<number> => {
  if (from === to) throw new OperatorError('The database is there already.');
  await migrateDatabase(from, 'new');
  await migrateDatabase(to, 'all');
  const target = await openTarget(to);
  try {
    const mayCopy = (await findPosition(target)) !== undefined || (await isEmpty(target));
    const source = await openSource(from, { isLocked: true });
    try {
      if (mayCopy) return await copyDatabase(source, target, onProgress);
      const rows = await rowsOfCopy(source, target);
      if (rows === undefined) throw new OperatorError('The other database is not empty. Create a new one.');
      return rows;
    } finally {
      await source.close();
    }
  } finally {
    await target.close();
  }
};
