import { describe, expect, it } from 'vitest';
import { logInPath, returnTo } from './return-to.ts';

const origin = 'https://accounts.example.com';

describe('returnTo', () => {
  it.each(['/devices', '/activity?x=1#y', '/'])('keeps a path of this app: %s', (path) => {
    expect(returnTo(path, origin)).toBe(path);
  });

  it('reads the location that logInPath wrote', () => {
    const location = { pathname: '/tokens', search: '?a=b&c=%2F', hash: '#d' };
    const { searchParams } = new URL(logInPath(location), origin);
    expect(returnTo(searchParams.get('return-to'), origin)).toBe('/tokens?a=b&c=%2F#d');
  });

  it.each([
    null,
    '',
    'devices',
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    '/.//evil.example',
    '/x/..//evil.example',
    '/%2e//evil.example',
    'https://evil.example/',
    'javascript:alert(1)',
    'http://[',
  ])('is the profile for another origin or an invalid address: %s', (target) => {
    expect(returnTo(target, origin)).toBe('/profile');
  });
});
