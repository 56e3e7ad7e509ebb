import { renameSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { expectProblem } from '../../testing/expect-problem.ts';
import { startLatchkey } from '../../testing/start-latchkey.ts';

describe.each(engines)('health on $name', (engine) => {
  it('without its database the server is live, but not ready', async () => {
    const { http, closeDatabase } = await startLatchkey(engine);
    expect((await http.get('/health/ready').expect(200)).body).toEqual({ status: 'ok' });
    await closeDatabase();
    expect((await http.get('/health/live').expect(200)).body).toEqual({ status: 'ok' });
    expectProblem(await http.get('/health/ready'), 'unavailable');
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
