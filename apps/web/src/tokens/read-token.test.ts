import { describe, expect, it } from 'vitest';
import { readToken } from './read-token.ts';

const encode = (text: string): string =>
  btoa(String.fromCharCode(...new TextEncoder().encode(text)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

const header = encode('{"alg":"RS256","typ":"at+jwt"}');
const payload = encode('{"sub":"1","username":"Zoë ✓"}');
const token = `${header}.${payload}.AAEC`;

describe('a token', () => {
  it('is taken apart into header, payload and signature', () => {
    expect(readToken(token)).toEqual({
      parts: [header, payload, 'AAEC'],
      header: { alg: 'RS256', typ: 'at+jwt' },
      payload: { sub: '1', username: 'Zoë ✓' },
      signature: new Uint8Array([0, 1, 2]),
    });
  });

  it.each([
    `Bearer ${token}`,
    `Authorization: bearer ${token}`,
    `"${token}"`,
    `  ${token.slice(0, 20)}\n  ${token.slice(20)}\r\n`,
  ])('is read as people copy it: %j', (text) => expect(readToken(text)).toEqual(readToken(token)));

  it.each([
    ['hello', 'no dot at all'],
    ['a.b', 'this has 2 parts'],
    ['a.b.c.d', 'this has 4 parts'],
    ['a.b.c.d.e', 'encrypted'],
    [`.${payload}.AAEC`, 'The header is empty.'],
    [`${header}.${payload}.`, 'The signature is empty.'],
    [`${header}.${payload}.AA/C`, 'The signature is not base64url: it cannot have the character “/”.'],
    [`${header}.${payload}.AAECé`, 'cannot have the character “é”'],
    [`${header}.${payload}.AAECA`, 'a character is missing'],
    [`${header}.${payload}.AAF`, 'its end was changed'],
    [`${encode('not json')}.${payload}.AAEC`, 'what is in it is not JSON'],
    [`${header}.${encode('[1]')}.AAEC`, 'The payload is JSON, but not an object'],
    [`${header}.${encode('null')}.AAEC`, 'The payload is JSON, but not an object'],
    [`${header}._w.AAEC`, 'what is in it is not JSON'],
  ])('%s: says what is wrong with it', (text, fault) => expect(readToken(text).fault).toContain(fault));

  it('is read as far as it can be', () => {
    expect(readToken(`${header}.${payload}.!`)).toMatchObject({ header: { alg: 'RS256' }, payload: { sub: '1' } });
    expect(readToken(`${header}.!.AAEC`).header).toEqual({ alg: 'RS256', typ: 'at+jwt' });
  });

  it('of any length and nonsense breaks nothing', () => {
    for (const text of ['.'.repeat(100_000), '😀.😀.😀', 'a'.repeat(1_000_000), '..', '__proto__.constructor.x']) {
      expect(readToken(text).fault).toBeDefined();
    }
  });
});
