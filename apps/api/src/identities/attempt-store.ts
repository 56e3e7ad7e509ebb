import { createHash, randomBytes } from 'node:crypto';
import { attemptSeconds } from '@latchkey/contract/identities';
import { and, eq, gt, isNull } from 'drizzle-orm';
import { addSeconds } from '../clock.ts';
import type { Database, Write } from '../database/database.ts';
import type { Tables } from '../database/schema.ts';
import type { ProviderIdentity } from '../database/schema-identities.ts';
import type { AttemptSecrets } from './provider-client.ts';

export type Attempt = Tables['signInAttempts']['$inferSelect'];
/** An attempt whose code was exchanged. */
export type IdentifiedAttempt = Attempt & { readonly identity: ProviderIdentity };

/** The kind is part of the hashed text, so that no other secret passes for one of these. */
const hashOf = (kind: 'state' | 'browser', secret: string): string =>
  createHash('sha256').update(`sign-in attempt ${kind}\n${secret}`).digest('base64url');

export const newSecret = (): string => randomBytes(32).toString('base64url');

type NewAttempt = Pick<Attempt, 'provider' | 'isLink'>;

export const createAttemptStore = ({ tables: { signInAttempts: attempts }, read }: Database) => {
  /** Only the browser that began the attempt can use it. */
  const isOpen = ({ state, browser }: AttemptSecrets, now: Date) =>
    and(
      eq(attempts.id, hashOf('state', state)),
      eq(attempts.browserHash, hashOf('browser', browser)),
      gt(attempts.expiresAt, now),
    );

  return {
    async open(write: Write, secrets: AttemptSecrets, given: NewAttempt, now: Date): Promise<void> {
      await write.insert(attempts).values({
        ...given,
        id: hashOf('state', secrets.state),
        browserHash: hashOf('browser', secrets.browser),
        createdAt: now,
        expiresAt: addSeconds(now, attemptSeconds),
      });
    },

    async find(secrets: AttemptSecrets, now: Date): Promise<Attempt | undefined> {
      const [found] = await read.select().from(attempts).where(isOpen(secrets, now));
      return found;
    },

    /** Takes the code for its exchange in one guarded statement: of concurrent calls one succeeds. */
    async use(write: Write, secrets: AttemptSecrets, now: Date): Promise<boolean> {
      const used = await write
        .update(attempts)
        .set({ usedAt: now })
        .where(and(isOpen(secrets, now), isNull(attempts.usedAt)))
        .returning({ id: attempts.id });
      return used.length > 0;
    },

    async setIdentity(write: Write, secrets: AttemptSecrets, identity: ProviderIdentity, now: Date): Promise<void> {
      await write.update(attempts).set({ identity }).where(isOpen(secrets, now));
    },

    /** Consumes an identified attempt in one guarded statement: of concurrent calls one gets it. */
    async consume(write: Write, secrets: AttemptSecrets, now: Date): Promise<IdentifiedAttempt | undefined> {
      const [consumed] = await write.delete(attempts).where(isOpen(secrets, now)).returning();
      return consumed?.identity ? { ...consumed, identity: consumed.identity } : undefined;
    },
  };
};

export type AttemptStore = ReturnType<typeof createAttemptStore>;
