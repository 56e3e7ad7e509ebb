import { describe, expect, it } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { startLatchkey } from '../../testing/start-latchkey.ts';
import { addSeconds } from '../clock.ts';

const day = 86_400;

describe.each(engines)('the purge on $name', (engine) => {
  it('deletes expired rows, more than one batch of them, and keeps the others', async () => {
    const latchkey = await startLatchkey(engine);
    const { database, clock, jobs } = latchkey;
    const { rateLimits, sessions, revocations } = database.tables;
    const now = clock.now();
    const { id, session } = await latchkey.person();
    const sessionLike = (name: string, expiresAt: number, endedAt?: number) => ({
      ...session,
      id: name,
      userId: id,
      expiresAt: addSeconds(now, expiresAt),
      endedAt: endedAt === undefined ? null : addSeconds(now, endedAt),
    });
    const many = Array.from({ length: 450 }, (_, number) => number);
    await database.transaction(async (write) => {
      await write
        .insert(rateLimits)
        .values([
          ...many.map((number) => ({ key: `over ${number}`, count: 1, until: addSeconds(now, -1) })),
          { key: 'open', count: 1, until: addSeconds(now, 1) },
        ]);
      await write
        .insert(sessions)
        .values([
          ...many.map((number) => sessionLike(`expired ${number}`, -31 * day)),
          ...many.map((number) => sessionLike(`ended ${number}`, day, -31 * day)),
          sessionLike('ended lately', day, -29 * day),
          sessionLike('expired lately', -29 * day),
        ]);
      const revoked = (sessionId: string, until: number, revision: number) => ({
        sessionId,
        before: now,
        until: addSeconds(now, until),
        revision,
      });
      await write
        .insert(revocations)
        .values([
          ...many.map((number) => revoked(`over ${number}`, -1, number + 1)),
          revoked('still told', 1, 451),
          revoked('over, and the newest', -1, 452),
        ]);
    });

    await jobs.purgeExpired.run();
    const left = async (rows: PromiseLike<{ key: string }[]>) => (await rows).map(({ key }) => key).toSorted();
    const { read } = database;
    expect(await left(read.select({ key: rateLimits.key }).from(rateLimits))).toEqual(['open']);
    expect(await left(read.select({ key: sessions.id }).from(sessions))).toEqual(
      [session.id, 'ended lately', 'expired lately'].toSorted(),
    );
    // Its number must not be reused.
    expect(await left(read.select({ key: revocations.sessionId }).from(revocations))).toEqual([
      'over, and the newest',
      'still told',
    ]);
  });
});
