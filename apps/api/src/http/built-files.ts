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
  /** A file name extension or a media type. */
  readonly type: string;
  readonly hash: string;
  readonly content: Buffer;
  readonly encoded: Partial<Record<(typeof encodings)[number]['name'], Buffer>>;
};

const hashOf = (content: Buffer): string => createHash('sha256').update(content).digest('base64url').slice(0, 22);

/** A file that was made when the server started, so it is sent as it is. */
export const builtFile = (type: string, content: Buffer): BuiltFile => ({
  type,
  hash: hashOf(content),
  content,
  encoded: {},
});

const read = (path: string): BuiltFile => {
  const encoded = encodings
    .filter(({ suffix }) => existsSync(path + suffix))
    .map(({ name, suffix }) => [name, readFileSync(path + suffix)]);
  return {
    ...builtFile(path.slice(path.lastIndexOf('.')), readFileSync(path)),
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
  // Weak: one tag for the file in every encoding.
  response.vary('Accept-Encoding').set('ETag', `W/"${file.hash}"`).type(file.type);
  response.send((name && file.encoded[name]) ?? file.content);
};
