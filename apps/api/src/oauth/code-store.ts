import { createHash, randomBytes } from 'node:crypto';
import { and, eq, gt, isNull } from 'drizzle-orm';
import { addSeconds } from '../clock.ts';
import type { Database, Write } from '../database/database.ts';
import type { Tables } from '../database/schema.ts';

export type AuthorizationCode = Tables['authorizationCodes']['$inferSelect'];

/** RFC 6749 §4.1.2 recommends at most ten minutes; a browser needs seconds. */
const lifeSeconds = 60;

/** The kind is part of the hashed text, so that no other secret passes for a code. */
const hashOf = (code: string): string => createHash('sha256').update(`authorization code\n${code}`).digest('base64url');

type NewCode = Omit<AuthorizationCode, 'hash' | 'expiresAt' | 'usedAt' | 'sessionId'>;

export const createCodeStore = ({ tables: { authorizationCodes: codes }, read }: Database) => ({
  /** @returns the code, which is not stored */
  async issue(write: Write, given: NewCode, now: Date): Promise<string> {
    const code = randomBytes(32).toString('base64url');
    const row = {
      ...given,
      hash: hashOf(code),
      expiresAt: addSeconds(now, lifeSeconds),
      usedAt: null,
      sessionId: null,
    };
    await write.insert(codes).values(row);
    return code;
  },

  async find(code: string): Promise<AuthorizationCode | undefined> {
    const [found] = await read
      .select()
      .from(codes)
      .where(eq(codes.hash, hashOf(code)));
    return found;
  },

  /** Consumes the code for this session in one guarded statement: of concurrent calls one succeeds. */
  async consume(write: Write, hash: string, sessionId: string, now: Date): Promise<boolean> {
    const consumed = await write
      .update(codes)
      .set({ usedAt: now, sessionId })
      .where(and(eq(codes.hash, hash), isNull(codes.usedAt), gt(codes.expiresAt, now)))
      .returning({ hash: codes.hash });
    return consumed.length > 0;
  },
});

export type CodeStore = ReturnType<typeof createCodeStore>;
