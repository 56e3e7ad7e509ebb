import { describe, expect, it } from 'vitest';
import { matchesEtag, preferredWaitSeconds } from './conditional.ts';

describe('If-None-Match', () => {
  it.each(['"a"', 'W/"a"', '"x", W/"a"', '"x","a"', '"x,y" ,"a"', '*', ' * '])('%s matches the ETag "a"', (header) => {
    expect(matchesEtag(header, '"a"')).toBe(true);
    expect(matchesEtag(header, 'W/"a"')).toBe(true);
  });

  it.each([undefined, '', 'a', '"A"', '"b"', '"x, a"', '"*"'])('%s does not match', (header) => {
    expect(matchesEtag(header, '"a"')).toBe(false);
  });
});

describe('Prefer', () => {
  it.each([
    ['wait=1', 1],
    ['Wait=1', 1],
    ['wait="1"', 1],
    ['WAIT = "20"', 20],
    ['respond-async, wait=5', 5],
    ['wait=5; foo="bar", respond-async', 5],
    ['wait=3, wait=9', 3],
    ['wait=0025', 25],
    ['wait=9999999999', 9_999_999_999],
  ])('%s is a wait of %s s', (header, seconds) => {
    expect(preferredWaitSeconds(header)).toBe(seconds);
  });

  it.each([undefined, '', 'wait', 'wait=', 'wait=-1', 'wait=1.5', 'wait=soon', 'await=5', 'no-wait=5'])(
    '%s is no wait',
    (header) => {
      expect(preferredWaitSeconds(header)).toBe(0);
    },
  );
});
