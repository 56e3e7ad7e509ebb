import { createHash, randomBytes, randomInt } from 'node:crypto';
import { and, eq, gt, isNull, lte, or } from 'drizzle-orm';
import { addSeconds } from '../clock.ts';
import type { Database, Write } from '../database/database.ts';
import type { AuthenticationMethod, Tables } from '../database/schema.ts';

export type DeviceRequest = Tables['deviceRequests']['$inferSelect'];

/** RFC 8628 §3.2. */
export const deviceSeconds = 600;
export const pollSeconds = 5;

/** Twenty letters without vowels (RFC 8628 §6.1): 34 bits, for ten minutes and few guesses. */
const alphabet = 'BCDFGHJKLMNPQRSTVWXZ';
const newUserCode = (): string => Array.from({ length: 8 }, () => alphabet[randomInt(alphabet.length)]).join('');

/** The kind is part of the hashed text, so that no other secret passes for one of these. */
const hashOf = (kind: 'device' | 'user', code: string): string =>
  createHash('sha256').update(`${kind} code\n${code}`).digest('base64url');

type Decision = {
  readonly userId: string;
  readonly isAllowed: boolean;
  readonly authenticatedAt: Date;
  readonly methods: readonly AuthenticationMethod[];
};

export const createDeviceStore = ({ tables: { deviceRequests: requests }, read }: Database) => {
  const isWaiting = (userCode: string, now: Date) =>
    and(eq(requests.userCodeHash, hashOf('user', userCode)), isNull(requests.userId), gt(requests.expiresAt, now));

  return {
    /** @returns both codes, which are not stored */
    async open(write: Write, appId: string, scope: string, now: Date) {
      const deviceCode = randomBytes(32).toString('base64url');
      const userCode = newUserCode();
      const hashes = { hash: hashOf('device', deviceCode), userCodeHash: hashOf('user', userCode) };
      await write
        .insert(requests)
        .values({ ...hashes, appId, scope, createdAt: now, expiresAt: addSeconds(now, deviceSeconds) });
      return { deviceCode, userCode };
    },

    async findByUserCode(userCode: string, now: Date): Promise<DeviceRequest | undefined> {
      const [found] = await read.select().from(requests).where(isWaiting(userCode, now));
      return found;
    },

    /** Stores what the user has decided, once. */
    async decide(write: Write, userCode: string, decision: Decision, now: Date): Promise<boolean> {
      const decided = await write
        .update(requests)
        .set(decision)
        .where(isWaiting(userCode, now))
        .returning({ hash: requests.hash });
      return decided.length > 0;
    },

    async findByDeviceCode(deviceCode: string): Promise<DeviceRequest | undefined> {
      const [found] = await read
        .select()
        .from(requests)
        .where(eq(requests.hash, hashOf('device', deviceCode)));
      return found;
    },

    /** Returns false if the device asked less than `pollSeconds` ago. */
    async poll(write: Write, { hash }: DeviceRequest, now: Date): Promise<boolean> {
      const isDue = or(isNull(requests.polledAt), lte(requests.polledAt, addSeconds(now, -pollSeconds)));
      const polled = await write
        .update(requests)
        .set({ polledAt: now })
        .where(and(eq(requests.hash, hash), isDue))
        .returning({ hash: requests.hash });
      return polled.length > 0;
    },

    /** Consumes an allowed request in one guarded statement: of concurrent calls one succeeds. */
    async consume(write: Write, { hash }: DeviceRequest): Promise<boolean> {
      const consumed = await write
        .delete(requests)
        .where(and(eq(requests.hash, hash), eq(requests.isAllowed, true)))
        .returning({ hash: requests.hash });
      return consumed.length > 0;
    },
  };
};

export type DeviceStore = ReturnType<typeof createDeviceStore>;
