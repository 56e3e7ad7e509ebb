import { describe, expect, it } from 'vitest';
import { checkSignature, type PublicKey } from './check-signature.ts';
import { readToken } from './read-token.ts';

const { subtle } = globalThis.crypto;

const encode = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
const textBytes = (text: string) => new TextEncoder().encode(text);

const rsa = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
const ec = { name: 'ECDSA', hash: 'SHA-256', namedCurve: 'P-256' };

/** A key pair, its public half as it is published, and a token that it signed. */
const signer = async (alg: 'RS256' | 'ES256', kid: string) => {
  const pair =
    alg === 'RS256'
      ? await subtle.generateKey({ ...rsa, modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) }, true, [
          'sign',
        ])
      : await subtle.generateKey(ec, true, ['sign']);
  if (!('publicKey' in pair)) throw new Error('not a pair');
  const jwk = await subtle.exportKey('jwk', pair.publicKey);
  // As Latchkey publishes them.
  const { key_ops, ext, ...members } = jwk;
  const key: PublicKey = { ...members, kty: jwk.kty ?? '', kid, alg, use: 'sig' };
  const sign = async (header: object = { alg, kid }): Promise<string> => {
    const signed = `${encode(textBytes(JSON.stringify(header)))}.${encode(textBytes('{"sub":"1"}'))}`;
    const signature = await subtle.sign(alg === 'RS256' ? rsa : ec, pair.privateKey, textBytes(signed));
    return `${signed}.${encode(new Uint8Array(signature))}`;
  };
  return { key, sign };
};

const anotherLetter = (token: string, index: number): string =>
  token.slice(0, index) + (token[index] === 'A' ? 'B' : 'A') + token.slice(index + 1);

describe.each(['RS256', 'ES256'] as const)('a signature with %s', (alg) => {
  it('is right with the key that its token names, and with no letter changed', async () => {
    const { key, sign } = await signer(alg, 'one');
    const other = await signer(alg, 'two');
    const token = await sign();
    const keys = [other.key, key];
    expect(await checkSignature(readToken(token), keys)).toBe('right');
    expect(await checkSignature(readToken(anotherLetter(token, token.lastIndexOf('.') + 9)), keys)).toBe('wrong');
    const [header, , signature] = token.split('.');
    const changed = `${header}.${encode(textBytes('{"sub":"2"}'))}.${signature}`;
    expect(await checkSignature(readToken(changed), keys)).toBe('wrong');
  });

  it('of another key, or of one that is not published, is not believed', async () => {
    const { key, sign } = await signer(alg, 'one');
    const stranger = await signer(alg, 'one');
    expect(await checkSignature(readToken(await stranger.sign()), [key])).toBe('wrong');
    expect(await checkSignature(readToken(await sign()), [])).toBe('unknown_key');
    expect(await checkSignature(readToken(await sign({ alg })), [key])).toBe('unknown_key');
  });

  it('is checked with the algorithm of the key, whatever the token says', async () => {
    const { key, sign } = await signer(alg, 'one');
    const otherName = alg === 'RS256' ? 'ES256' : 'RS256';
    expect(await checkSignature(readToken(await sign({ alg: otherName, kid: 'one' })), [key])).toBe('unknown_key');
  });
});

describe('what a browser cannot check', () => {
  it.each([
    ['HS256', 'shared_secret'],
    ['none', 'unsigned'],
    ['PS256', 'other_algorithm'],
    ['constructor', 'other_algorithm'],
    [7, 'other_algorithm'],
    [undefined, 'other_algorithm'],
  ])('alg %s: %s', async (alg, verdict) => {
    const token = `${encode(textBytes(JSON.stringify({ alg, kid: 'one' })))}.${encode(textBytes('{}'))}.AAEC`;
    expect(await checkSignature(readToken(token), [])).toBe(verdict);
  });
});
