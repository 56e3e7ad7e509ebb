import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { pathOf } from './open.ts';

/** The function that returns the free bytes of the disk with a SQLite database; undefined for PostgreSQL. */
export const freeBytesOf =
  (url: string): (() => number | undefined) =>
  () => {
    const path = pathOf(url);
    if (path === undefined) return undefined;
    const { bavail, bsize } = statfsSync(dirname(path));
    return bavail * bsize;
  };
