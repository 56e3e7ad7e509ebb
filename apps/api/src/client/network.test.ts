import { isIP, type Socket } from 'node:net';
import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { describe, expect, it } from 'vitest';
import { engines } from '../../testing/engines.ts';
import { bearer, shareLatchkey, startLatchkey } from '../../testing/start-latchkey.ts';
import { addressOf, networkOf } from './network.ts';

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

describe('addressOf', () => {
  const behind = (ip: string) => addressOf({ ip, socket: { remoteAddress: '192.0.2.1' } as Socket });
  const port = fc.integer({ min: 0, max: 65_535 });

  it('is the address, in every notation that proxies use', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.ipV4(), fc.ipV6()),
        port,
        fc.stringMatching(/^(%[a-z]{1,8}\d?)?$/),
        (text, port, zone) => {
          const isV6 = text.includes(':');
          const address = ipaddr.process(text).toString();
          const ways = isV6
            ? [text, `${text}${zone}`, `[${text}${zone}]`, `[${text}]:${port}`]
            : [text, `${text}:${port}`];
          expect(ways.map(behind)).toEqual(ways.map(() => address));
          // One canonical form, so that it has one count.
          expect(behind(address)).toBe(address);
        },
      ),
    );
  });

  it('is an address or null for any text', () => {
    const piece = fc.oneof(
      fc.string(),
      fc.ipV4(),
      fc.ipV6(),
      fc.constantFrom('[', ']', ':', '%', ':80', ' ', ',', 'for='),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 4 }), (pieces) => {
        expect(isIP(behind(pieces.join('')) ?? '')).not.toBe(0);
      }),
    );
  });
});

it.each([
  ['0', 1],
  ['1', 0],
])('with TRUST_PROXY=%s, requests through a proxy are reported %i times', async (TRUST_PROXY, times) => {
  const latchkey = await startLatchkey(engines[0], { settings: { TRUST_PROXY }, processes: 1 });
  for (let n = 0; n < 3; n++) await latchkey.http.get('/health/live').set('X-Forwarded-For', '203.0.113.7').expect(200);
  expect(latchkey.logLines.filter((line) => line.includes('TRUST_PROXY is 0'))).toHaveLength(times);
});

describe('behind a proxy', () => {
  const latchkey = shareLatchkey(engines[0], { settings: { TRUST_PROXY: '1' } });

  it.each([
    ['Your account is locked. Call +1 900 555 0100', '127.0.0.1'],
    ['\u009b31mred', '127.0.0.1'],
    ['203.0.113.7:51234', '203.0.113.7'],
    ['[2001:db8::1]:443', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['[fe80::1%eth0]:443', 'fe80::1'],
    ['2001:DB8:0:0::1', '2001:db8::1'],
    ['198.51.100.1, 203.0.113.7:51234', '203.0.113.7'],
    ['for="[2001:db8::1]:443"', '127.0.0.1'],
    ['203.0.113.7:', '127.0.0.1'],
    ['203.0.113.7:port', '127.0.0.1'],
    ['203.0.113.07:80', '127.0.0.1'],
    ['[203.0.113.7', '127.0.0.1'],
    ['unknown', '127.0.0.1'],
    ['', '127.0.0.1'],
    ['A'.repeat(3000), '127.0.0.1'],
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::ffff:cb00:7107', '203.0.113.7'],
    ['[::ffff:203.0.113.7]:443', '203.0.113.7'],
    ['fe80::1%eth0', 'fe80::1'],
  ])('X-Forwarded-For is used only if it is an address: %.40s', async (forwarded, kept) => {
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
