import type { Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import type { MarkStore } from '../database/mark-store.ts';
import { deriveKey, keyIdOf } from './app-secret.ts';

type Needs = {
  readonly marks: MarkStore;
  readonly transaction: Database['transaction'];
  readonly clock: Clock;
  /** The current one first. */
  readonly appSecrets: readonly string[];
};

const mark = 'secret';

const idOf = ([secret = '']: readonly string[]): string => keyIdOf(deriveKey(secret, 'secret-id'));

/** Records in the database since when the current APP_SECRET is in use: once, so that processes with different secrets do not alternate. */
export const rememberSecret = ({ marks, transaction, clock, appSecrets }: Needs) => {
  let isDone = false;
  return async (): Promise<void> => {
    if (isDone) return;
    const id = idOf(appSecrets);
    if ((await marks.find(mark))?.detail.id !== id)
      await transaction((write) => marks.set(write, mark, clock(), { id }));
    isDone = true;
  };
};

/** @returns since when the current APP_SECRET is in use; undefined if no server has recorded it */
export const findSecretAge = async ({ marks, appSecrets }: Pick<Needs, 'marks' | 'appSecrets'>) => {
  const found = await marks.find(mark);
  return found?.detail.id === idOf(appSecrets) ? found.at : undefined;
};
