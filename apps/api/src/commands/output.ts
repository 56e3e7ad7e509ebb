/** Control characters and those that reverse text: a terminal would obey them. */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Text of others, without what a terminal would obey. */
export const printable = (text: string): string => text.replace(unprintable, '\ufffd');

/** A text table whose columns are as wide as their widest cell. */
export const table = (cells: readonly (readonly string[])[]): string => {
  const rows = cells.map((row) => row.map(printable));
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

/** The last part of a help text. */
export const examples = (...lines: readonly string[]): string =>
  `\nExamples:\n${lines.map((line) => `  npx pnpm ${line}`).join('\n')}`;
