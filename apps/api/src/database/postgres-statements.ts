import type { Logger } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import type pg from 'pg';
import type { Preparable, Write } from './database.ts';
import { hasCode } from './faults.ts';

type Prepared<Row> = ReturnType<Preparable<Row>['prepare']>;

/**
 * A pooler that gives each transaction any of its connections (PgBouncer before 1.21, pool_mode = transaction) loses prepared
 * statements, or finds another client's under the same name. PostgreSQL reports both before it runs anything.
 */
const isStatementLost = (error: unknown): boolean => hasCode(error, /^(26000|42P05)$/);

/** Statements that are prepared once per connection, under a name, until a pooler loses one of them. */
export const createStatements = (logger: Logger, onNotice: (sentence: string) => void, startsWithNames = true) => {
  let hasNames = startsWithNames;
  let queryBuilders = new WeakMap<pg.ClientBase, Write>();
  return {
    /** The query builder of a connection, always the same one: statements are prepared once for each. */
    on(client: pg.Client | pg.PoolClient): Write {
      const write = queryBuilders.get(client) ?? (drizzle(client, { logger }) as unknown as Write);
      queryBuilders.set(client, write);
      return write;
    },
    prepare<Row>(name: string, build: (write: Write) => Preparable<Row>): (write: Write) => Prepared<Row> {
      const statements = new WeakMap<Write, Prepared<Row>>();
      return (write) => {
        // drizzle's PostgreSQL dialect takes a name.
        const query: { prepare(name: string): Prepared<Row> } = build(write);
        const statement = statements.get(write) ?? query.prepare(hasNames ? name : '');
        statements.set(write, statement);
        return statement;
      };
    },
    /** Repeats the work when a statement is lost, and uses no names until the process ends. */
    async repeatIfLost<Result>(work: () => Promise<Result>): Promise<Result> {
      try {
        return await work();
      } catch (error) {
        if (!isStatementLost(error)) throw error;
        if (hasNames) {
          onNotice('The PostgreSQL pooler loses prepared statements. Going on without them, a little slower.');
        }
        hasNames = false;
        // Nothing that was prepared under a name is used again.
        queryBuilders = new WeakMap();
        return work();
      }
    },
  };
};
