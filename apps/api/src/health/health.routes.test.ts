import { describe, expect, it } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { expectProblem } from '../../testing/expect-problem.ts';
import { startLatchkey } from '../../testing/start-latchkey.ts';

describe.each(engines)('health on $name', (engine) => {
  it('without its database it is alive, but not ready', async () => {
    const { http, closeDatabase } = await startLatchkey(engine);
    expect((await http.get('/health/ready').expect(200)).body).toEqual({ status: 'ok' });
    await closeDatabase();
    expect((await http.get('/health/live').expect(200)).body).toEqual({ status: 'ok' });
    expectProblem(await http.get('/health/ready'), 'unavailable');
  });
});
