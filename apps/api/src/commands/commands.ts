import type { Config } from '../config.ts';
import type { Services } from '../services.ts';

/** The command cannot run. The message tells the operator why and what to do. */
export class CommandError extends Error {}

export type Context = {
  readonly config: Config;
  readonly services: Services;
};

export type Command = {
  /** The command line after the name of the group. */
  readonly usage: string;
  readonly summary: string;
  /** Returns the output. Throws a CommandError for unknown or missing arguments. */
  readonly run: (context: Context, words: readonly string[], flags: Flags) => Promise<string>;
};

type Flags = {
  readonly lead?: string | undefined;
  readonly now?: boolean | undefined;
  readonly admin?: boolean | undefined;
};

/** Finds own properties only: every object has `__proto__` and `constructor`. */
export const lookUp = <Value>(record: Readonly<Record<string, Value>>, name: string): Value | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined;

export const help = (group: string, commands: Record<string, Command>): string =>
  Object.values(commands)
    .map(({ usage, summary }) => `  pnpm ${group} ${usage.padEnd(34)} ${summary}`)
    .join('\n');

/** Control characters and those that reverse text: a terminal would obey them. */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** A text table whose columns are as wide as their widest cell. */
export const table = (cells: readonly (readonly string[])[]): string => {
  const rows = cells.map((row) => row.map((cell) => cell.replace(unprintable, '\ufffd')));
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};

/** A time in UTC, to the minute. */
export const moment = (date: Date | null): string => date?.toISOString().slice(0, 16).replace('T', ' ') ?? '–';
