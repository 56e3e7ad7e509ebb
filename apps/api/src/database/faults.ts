import { DrizzleQueryError } from 'drizzle-orm/errors';

/** The error and its chain of causes, outermost first. */
function* causes(error: unknown): Generator<Error & { code?: unknown }> {
  for (let next = error; next instanceof Error; next = next.cause) yield next;
}

export const hasCode = (error: unknown, pattern: RegExp): boolean =>
  [...causes(error)].some(({ code }) => typeof code === 'string' && pattern.test(code));

/** Full, locked, read-only or failing storage: https://www.sqlite.org/rescode.html */
const sqliteFaults = /^SQLITE_(BUSY|LOCKED|READONLY|IOERR|FULL|CANTOPEN)/;
/** Lost connection, no resources, shutdown, read-only standby: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const postgresFaults = /^(08...|53...|57P0.|57014|25006|40001|40P01)$/;
const networkFaults = /^(ECONN\w+|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND|EAI_AGAIN)$/;
export const databaseFileGone = 'The database file was deleted or replaced while it was open';

/** The drivers throw these without a code. */
const driverFaults =
  /database file was deleted or replaced|timeout exceeded when trying to connect|Connection terminated|is not queryable|Query read timeout|Cannot use a pool after calling end|The database connection is not open/;

/** Whether the database is temporarily unavailable, so that the same request may succeed later. */
export const isDatabaseFault = (error: unknown): boolean =>
  [sqliteFaults, postgresFaults, networkFaults].some((pattern) => hasCode(error, pattern)) ||
  [...causes(error)].some(({ message }) => driverFaults.test(message));

/** Whether a unique index refused the row: https://www.sqlite.org/rescode.html#constraint_unique */
export const isUniqueViolation = (error: unknown): boolean => hasCode(error, /^(SQLITE_CONSTRAINT_UNIQUE|23505)$/);

/** drizzle's error contains the values of the query, which must not be logged. Its cause does not. */
export const withoutValues = (error: Error): Error =>
  error instanceof DrizzleQueryError && error.cause instanceof Error ? error.cause : error;
