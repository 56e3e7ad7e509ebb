import { DrizzleQueryError } from 'drizzle-orm/errors';
import { describe, expect, it } from 'vitest';
import { isDatabaseFault, withoutValues } from './faults.ts';

const coded = (code: string) => Object.assign(new Error('it failed'), { code });

describe('a temporary fault', () => {
  it.each([
    'SQLITE_BUSY',
    'SQLITE_BUSY_SNAPSHOT',
    'SQLITE_FULL',
    'SQLITE_READONLY',
    'SQLITE_IOERR_WRITE',
    'SQLITE_CANTOPEN',
    '08006',
    '53300',
    '57P01',
    '25006',
    '40P01',
    'ECONNREFUSED',
    'ECONNRESET',
    'ENOTFOUND',
  ])('is %s, also as the cause of another error', (code) => {
    expect(isDatabaseFault(coded(code))).toBe(true);
    expect(isDatabaseFault(new Error('outer', { cause: new DrizzleQueryError('select', [], coded(code)) }))).toBe(true);
  });

  it.each([
    'timeout exceeded when trying to connect',
    'Connection terminated unexpectedly',
    'Connection terminated due to connection timeout',
    'Client has encountered a connection error and is not queryable',
    'Cannot use a pool after calling end on the pool',
    'The database connection is not open',
  ])('is a driver error without a code: %s', (message) => {
    expect(isDatabaseFault(new Error(message))).toBe(true);
  });

  it.each(['SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_ERROR', 'SQLITE_CORRUPT', '23505', '42P01', '22021', 'ENOENT', ''])(
    'is not %s',
    (code) => {
      expect(isDatabaseFault(coded(code))).toBe(false);
    },
  );

  it('is an instance of Error', () => {
    for (const other of [undefined, null, 'SQLITE_BUSY', { code: 'SQLITE_BUSY' }]) {
      expect(isDatabaseFault(other)).toBe(false);
    }
  });
});

it('the logged error of a failed query does not contain its values', () => {
  const failed = new DrizzleQueryError('insert into users values ($1)', ['a secret hash'], coded('42P01'));
  expect(failed.message).toContain('a secret hash');
  expect(JSON.stringify([withoutValues(failed).message, withoutValues(failed).stack])).not.toContain('a secret hash');
  const other = new Error('other');
  expect(withoutValues(other)).toBe(other);
});
