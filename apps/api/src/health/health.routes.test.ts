import { renameSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { expectProblem } from '../../testing/expect-problem.ts';
import { startLatchkey } from '../../testing/start-latchkey.ts';
import { createReadiness } from './readiness.ts';

describe.each(engines)('health on $name', (engine) => {
  it('without its database the server is live, but not ready', async () => {
    const { http, closeDatabase } = await startLatchkey(engine);
    expect((await http.get('/health/ready').expect(200)).body).toEqual({ status: 'ok', messages: 'ok', disk: 'ok' });
    await closeDatabase();
    expect((await http.get('/health/live').expect(200)).body).toEqual({ status: 'ok' });
    expectProblem(await http.get('/health/ready'), 'unavailable');
  });
});

describe.each(engines)('readiness on $name', (engine) => {
  it('writes a row of its own', async () => {
    const { http, database } = await startLatchkey(engine);
    await http.get('/health/ready').expect(200);
    const { marks } = database.tables;
    const names = (await database.read.select().from(marks)).map((mark) => mark.name);
    expect(names).toContain('ready');
  });

  it('says when messages are not sent for an hour', async () => {
    const { http, database, clock } = await startLatchkey(engine);
    const now = clock.now();
    const message = { id: 'm', kind: 'x', detail: {}, createdAt: now, dueAt: now };
    await database.transaction(async (write) => void (await write.insert(database.tables.messages).values(message)));
    expect((await http.get('/health/ready').expect(200)).body.messages).toBe('ok');
    clock.turn(3601);
    expect((await http.get('/health/ready').expect(200)).body.messages).toBe('late');
  });

  it('says when the disk is nearly full', async () => {
    const { services } = await startLatchkey(engine);
    const readiness = createReadiness({ ...services, freeBytes: () => 100_000_000 });
    expect(await readiness()).toEqual({ status: 'ok', messages: 'ok', disk: 'low' });
  });

  it('a hundred probes in a moment cost one write', async () => {
    const { services } = await startLatchkey(engine);
    let writes = 0;
    const marks: Pick<typeof services.marks, 'set'> = {
      set: (...values) => {
        writes += 1;
        return services.marks.set(...values);
      },
    };
    const readiness = createReadiness({ ...services, marks });
    await Promise.all(Array.from({ length: 100 }, () => readiness()));
    expect(writes).toBe(1);
  });
});

describe('health with a deleted SQLite file', () => {
  it.each([
    ['deleted', () => {}],
    ['replaced by another file', (path: string) => writeFileSync(path, '')],
  ])('the server is live, but not ready: %s', async (_what, replace) => {
    const { http, databaseUrl, breaks } = await startLatchkey(engines[0]);
    await http.get('/health/ready').expect(200);
    const path = databaseUrl.slice('file:'.length);
    // Moved, not deleted, so that the new file cannot reuse the inode.
    renameSync(path, `${path}.moved`);
    replace(path);
    breaks();
    expectProblem(await http.get('/health/ready'), 'unavailable');
    await http.get('/health/live').expect(200);
    renameSync(`${path}.moved`, path);
    await http.get('/health/ready').expect(200);
  });
});
