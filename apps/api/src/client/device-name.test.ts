import { describe, expect, it } from 'vitest';
import { deviceName } from './device-name.ts';

describe('the user agent', () => {
  it.each([
    ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox 140', 'Linux'],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1',
      'Safari 18',
      'iOS 18',
    ],
    ['curl/8.5.0', null, null],
    ['', null, null],
    [null, null, null],
    ['x'.repeat(400), null, null],
    ['Your account is hacked. Call +1 555 0100 now/1 x', null, null],
    ['Mozilla/5.0 (Call 555 0100; Call us now) Gecko/20100101 Firefox/call-now', 'Firefox', null],
  ])('%s names its browser and system', (userAgent, browser, system) => {
    expect(deviceName(userAgent)).toEqual({ browser, system });
  });
});
