import { createReadStream } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { parse } from 'csv-parse';
import { OperatorError } from '../operator-error.ts';

/** A user as another system wrote it. */
export type RawUser = Readonly<Record<string, unknown>>;

/** `number` is the line of the file, or the place in its list; `done` how much of the file was read, from 0 to 1. */
export type Row = { readonly number: number; readonly raw: RawUser; readonly done: number };

/** A string of JavaScript has at most 512 MB. */
const maxJsonBytes = 500_000_000;

const isRecord = (value: unknown): value is RawUser =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const parseJson = (text: string, where: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new OperatorError(`${where} is not valid JSON: ${error instanceof Error ? error.message : error}.`);
  }
};

/** better-auth keeps the passwords in `account`, apart from the users. */
const withPasswords = (users: readonly unknown[], accounts: readonly unknown[]): unknown[] => {
  const byUser = new Map(
    accounts.filter(isRecord).flatMap((account) => (account.password ? [[account.userId, account.password]] : [])),
  );
  return users.map((user) => (isRecord(user) ? { password: byUser.get(user.id), ...user } : user));
};

/** The list of users in a document of Firebase, Keycloak, better-auth or Django, or the document itself. */
const listIn = (document: unknown): readonly unknown[] => {
  if (Array.isArray(document)) {
    // Django's dumpdata has rows of every table.
    const isDump = document.some((row) => isRecord(row) && typeof row.model === 'string' && isRecord(row.fields));
    if (!isDump) return document;
    return document.flatMap((row) =>
      isRecord(row) && String(row.model).toLowerCase().endsWith('user') ? [row.fields] : [],
    );
  }
  if (!isRecord(document)) return [];
  const { users = document.user, accounts = document.account } = document;
  if (!Array.isArray(users)) return [];
  return Array.isArray(accounts) ? withPasswords(users, accounts) : users;
};

async function* readJson(path: string): AsyncGenerator<Row> {
  const { size } = await stat(path);
  if (size > maxJsonBytes)
    throw new OperatorError(
      `${path} is too large for JSON in one piece. Convert it to JSON Lines: one user on each line.`,
    );
  const list = listIn(parseJson(await readFile(path, 'utf8'), path));
  if (list.length === 0) throw new OperatorError(`${path} has no list of users.`);
  for (const [index, raw] of list.entries()) {
    yield { number: index + 1, raw: isRecord(raw) ? raw : {}, done: (index + 1) / list.length };
  }
}

async function* readJsonLines(path: string): AsyncGenerator<Row> {
  const { size } = await stat(path);
  const stream = createReadStream(path);
  let number = 0;
  for await (const line of createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY })) {
    number += 1;
    if (line.trim() === '') continue;
    const raw = parseJson(line, `Line ${number} of ${path}`);
    yield { number, raw: isRecord(raw) ? raw : {}, done: stream.bytesRead / size };
  }
}

async function* readCsv(path: string): AsyncGenerator<Row> {
  const { size } = await stat(path);
  const stream = createReadStream(path);
  const rows = stream.pipe(
    parse({ columns: true, bom: true, skip_empty_lines: true, info: true, delimiter: [',', ';', '\t'] }),
  );
  stream.on('error', (error) => rows.destroy(error));
  try {
    for await (const { record, info } of rows) yield { number: info.lines, raw: record, done: stream.bytesRead / size };
  } catch (error) {
    throw new OperatorError(`${path} is not valid CSV: ${error instanceof Error ? error.message : error}.`);
  }
}

const startOf = async (path: string): Promise<string> => {
  const file = await open(path).catch((error) => {
    throw new OperatorError(`${path} cannot be read: ${error.message}.`);
  });
  const { buffer, bytesRead } = await file.read(Buffer.alloc(65_536));
  await file.close();
  return buffer
    .subarray(0, bytesRead)
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trimStart();
};

/** A line that is complete is one user; the first line of a document in one piece is not, or has all of it. */
const isJsonLines = (start: string): boolean => {
  const [line = '', ...more] = start.split('\n');
  if (more.every((rest) => rest.trim() === '')) return false;
  try {
    return isRecord(JSON.parse(line));
  } catch {
    return false;
  }
};

/**
 * Reads the users of a file, one after the other: CSV with a header, JSON Lines, or a JSON document.
 * @throws OperatorError if it cannot be read
 */
export async function* readRows(path: string): AsyncGenerator<Row> {
  const start = await startOf(path);
  if (start === '') throw new OperatorError(`${path} is empty.`);
  if (!/^[[{]/.test(start)) yield* readCsv(path);
  else if (isJsonLines(start)) yield* readJsonLines(path);
  else yield* readJson(path);
}
