import { describe, expect, it } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { bearer, hasty, shareLatchkey, startLatchkey } from '../../testing/start-latchkey.ts';
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

describe('behind a proxy', () => {
  const latchkey = shareLatchkey(engines[0], { settings: { ...hasty, TRUST_PROXY: '1' } });

  it.each([
    ['Your account is locked. Call +1 900 555 0100', '127.0.0.1'],
    ['\u009b31mred', '127.0.0.1'],
    ['203.0.113.7:5678', '127.0.0.1'],
    ['A'.repeat(3000), '127.0.0.1'],
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['fe80::1%eth0', 'fe80::1'],
  ])('what a proxy is said to have written is kept only if it is an address: %.40s', async (forwarded, kept) => {
    const { username, access_token } = await latchkey().person();
    await latchkey()
      .http.post('/api/sessions/login')
      .set('X-Forwarded-For', forwarded)
      .send({ username, password: 'wrong' })
      .expect(401);
    const { body } = await latchkey()
      .http.get('/api/activity')
      .set(...bearer(access_token));
    expect(body.events[0]).toMatchObject({ kind: 'sign_in_failed', address: kept });
  });
});
