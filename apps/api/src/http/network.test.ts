import { describe, expect, it } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { startLatchkey } from '../../testing/start-latchkey.ts';
import { networkOf } from './network.ts';

describe('networkOf', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2/64'],
    ['2001:db8:1:2::99', '2001:db8:1:2/64'],
    ['nonsense', 'unknown'],
    [null, 'unknown'],
  ])('%s counts as %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});

it.each([
  ['0', 1],
  ['1', 0],
])('with TRUST_PROXY=%s, requests through a proxy are noticed %i times', async (TRUST_PROXY, times) => {
  const latchkey = await startLatchkey(engines[0], { settings: { TRUST_PROXY } });
  for (let n = 0; n < 3; n++) await latchkey.http.get('/health/live').set('X-Forwarded-For', '203.0.113.7').expect(200);
  expect(latchkey.logLines.filter((line) => line.includes('TRUST_PROXY is 0'))).toHaveLength(times);
});
