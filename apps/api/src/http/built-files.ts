import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { Request, Response } from 'express';

/** The compressed files that the build writes next to each file, in order of preference. */
const encodings = [
  { name: 'br', suffix: '.br' },
  { name: 'gzip', suffix: '.gz' },
] as const;

export type BuiltFile = {
  readonly type: string;
  readonly etag: string;
  readonly content: Buffer;
  readonly encoded: Partial<Record<(typeof encodings)[number]['name'], Buffer>>;
};

const read = (path: string): BuiltFile => {
  const content = readFileSync(path);
  const encoded = encodings
    .filter(({ suffix }) => existsSync(path + suffix))
    .map(({ name, suffix }) => [name, readFileSync(path + suffix)]);
  return {
    type: path.slice(path.lastIndexOf('.')),
    // Weak: one tag for the file in every encoding.
    etag: `W/"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`,
    content,
    encoded: Object.fromEntries(encoded),
  };
};

/**
 * Reads all files of a build (about 2 MB) into memory, so that a later build cannot change what a running server serves.
 * @returns the files by path, such as `/assets/app-1a2b.js`
 */
export const readBuiltFiles = (folder: string): ReadonlyMap<string, BuiltFile> =>
  new Map(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !encodings.some(({ suffix }) => entry.name.endsWith(suffix)))
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(folder.length).replaceAll(sep, '/'), read(path)]),
  );

/** Sends a file in the best encoding that the client accepts, or 304 if the client already has it. */
export const sendBuiltFile = (request: Request, response: Response, file: BuiltFile): void => {
  const name = encodings.map(({ name }) => name).find((name) => file.encoded[name] && request.acceptsEncodings(name));
  if (name) response.set('Content-Encoding', name);
  response.vary('Accept-Encoding').set('ETag', file.etag).type(file.type);
  response.send((name && file.encoded[name]) ?? file.content);
};
