import { describe, expect, it } from 'vitest';
import { decodeToken } from './decode-token.ts';

const encode = (text: string): string =>
  btoa(String.fromCharCode(...new TextEncoder().encode(text)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

const header = encode('{"alg":"RS256","typ":"at+jwt"}');
const payload = encode('{"sub":"1","username":"Zoë ✓"}');
const token = `${header}.${payload}.AAEC`;

describe('decodeToken', () => {
  it('returns the header, the payload and the signature', () => {
    expect(decodeToken(token)).toEqual({
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
  ])('ignores what people copy with a token: %j', (text) => expect(decodeToken(text)).toEqual(decodeToken(token)));

  it.each([
    ['hello', 'no dots'],
    ['a.b', 'this has 2 parts'],
    ['a.b.c.d', 'this has 4 parts'],
    ['a.b.c.d.e', 'encrypted'],
    [`.${payload}.AAEC`, 'The header is empty.'],
    [`${header}.${payload}.`, 'The signature is empty.'],
    [`${header}.${payload}.AA/C`, 'The signature is not base64url: “/” is not allowed.'],
    [`${header}.${payload}.AAECé`, '“é” is not allowed'],
    [`${header}.${payload}.AAECA`, 'a character is missing'],
    [`${header}.${payload}.AAF`, 'its end was changed'],
    [`${encode('not json')}.${payload}.AAEC`, 'is not JSON'],
    [`${header}.${encode('[1]')}.AAEC`, 'The payload is not a JSON object'],
    [`${header}.${encode('null')}.AAEC`, 'The payload is not a JSON object'],
    [`${header}._w.AAEC`, 'is not JSON'],
  ])('explains the error in %s', (text, error) => expect(decodeToken(text).error).toContain(error));

  it('returns the parts before the error', () => {
    expect(decodeToken(`${header}.${payload}.!`)).toMatchObject({ header: { alg: 'RS256' }, payload: { sub: '1' } });
    expect(decodeToken(`${header}.!.AAEC`).header).toEqual({ alg: 'RS256', typ: 'at+jwt' });
  });

  it('accepts any length and any characters', () => {
    for (const text of ['.'.repeat(100_000), '😀.😀.😀', 'a'.repeat(1_000_000), '..', '__proto__.constructor.x']) {
      expect(decodeToken(text).error).toBeDefined();
    }
  });
});
