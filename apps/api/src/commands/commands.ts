import type { Config } from '../config.ts';
import type { Services } from '../services.ts';

/** What the operator asked for cannot be done; the message is one sentence that says what can. */
export class CommandError extends Error {}

export type Context = {
  readonly config: Config;
  readonly services: Services;
};

export type Command = {
  /** How it is written, after the name of the group. */
  readonly usage: string;
  readonly summary: string;
  /** Gives what is to be printed. Unknown or missing words throw a CommandError. */
  readonly run: (context: Context, words: readonly string[], flags: Flags) => Promise<string>;
};

type Flags = {
  readonly lead?: string | undefined;
  readonly now?: boolean | undefined;
  readonly admin?: boolean | undefined;
};

/** By its own name only: `__proto__` and `constructor` are on every object. */
export const lookUp = <Value>(record: Readonly<Record<string, Value>>, name: string): Value | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined;

export const help = (group: string, commands: Record<string, Command>): string =>
  Object.values(commands)
    .map(({ usage, summary }) => `  pnpm ${group} ${usage.padEnd(34)} ${summary}`)
    .join('\n');

/** Control characters and those that turn text round: they would speak to the terminal. */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** A table for people: columns as wide as what is in them. */
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

/** Minutes are enough for people. */
export const moment = (date: Date | null): string => date?.toISOString().slice(0, 16).replace('T', ' ') ?? '–';
