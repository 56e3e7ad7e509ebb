import { existsSync, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Finding, fail, ok, warn } from './finding.ts';

/** https://man7.org/linux/man-pages/man2/statfs.2.html: NFS, SMB, SMB2, CIFS, 9P. */
const networkFileSystems = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xfe534d42, 'SMB'],
  [0xff534d42, 'CIFS'],
  [0x01021997, '9P'],
]);

const gigabyte = 1e9;
const inGigabytes = (bytes: number): string =>
  `${(bytes / gigabyte).toLocaleString('en', { maximumFractionDigits: 1 })} GB`;

const checkDisk = (folder: string): Finding => {
  const { bavail, blocks, bsize } = statfsSync(folder);
  const [free, share] = [bavail * bsize, bavail / blocks];
  const text = `${inGigabytes(free)} free (${Math.floor(share * 100)} %)`;
  if (free < 0.2 * gigabyte) return fail('Disk', `${text}: soon every change is refused. Free some space.`);
  if (free < gigabyte || share < 0.05) return warn('Disk', `${text}. Free some space.`);
  return ok('Disk', text);
};

const checkFileSystem = (folder: string): Finding => {
  const name = networkFileSystems.get(statfsSync(folder).type);
  return name === undefined
    ? ok('File system', 'local')
    : fail(
        'File system',
        `${folder} is on ${name}. SQLite loses data there (https://sqlite.org/wal.html): move it to a local disk, or use PostgreSQL.`,
      );
};

const checkMode = (path: string): Finding[] => {
  if (!existsSync(path)) return [];
  const mode = statSync(path).mode & 0o777;
  return [
    mode & 0o077
      ? warn('File modes', `Others on this machine can read ${path}: chmod 600 ${path}`)
      : ok('File modes', `only you can read ${path}`),
  ];
};

/** @param databasePath the file of SQLite; undefined for PostgreSQL */
export const checkFiles = (databasePath: string | undefined): Finding[] => {
  const modes = ['.env', ...(databasePath === undefined ? [] : [databasePath])].flatMap(checkMode);
  if (databasePath === undefined || !existsSync(dirname(databasePath))) return modes;
  const folder = dirname(databasePath);
  return [checkFileSystem(folder), checkDisk(folder), ...modes];
};
