import { describe, expect, it } from 'vitest';
import { logInPath, returnTo } from './return-to.ts';

const origin = 'https://accounts.example.com';

describe('where to go after signing in', () => {
  it.each(['/devices', '/activity?x=1#y', '/'])('is where one wanted to go: %s', (path) => {
    expect(returnTo(path, origin)).toBe(path);
  });

  it('comes back out of the sign-in page as it was noted', () => {
    const noted = { pathname: '/tokens', search: '?a=b&c=%2F', hash: '#d' };
    const { searchParams } = new URL(logInPath(noted), origin);
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
  ])('is the profile for what leads elsewhere, or nowhere: %s', (noted) => {
    expect(returnTo(noted, origin)).toBe('/profile');
  });
});
