import { describe, expect, it } from 'vitest';
import { checkSignature, type PublicKey } from './check-signature.ts';
import { decodeToken } from './decode-token.ts';

const { subtle } = globalThis.crypto;

const encode = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
const textBytes = (text: string) => new TextEncoder().encode(text);

const rsa = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
const ec = { name: 'ECDSA', hash: 'SHA-256', namedCurve: 'P-256' };

/** A key pair: the published public key, and a function that signs a token. */
const signer = async (alg: 'RS256' | 'ES256', kid: string) => {
  const pair =
    alg === 'RS256'
      ? await subtle.generateKey({ ...rsa, modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) }, true, [
          'sign',
        ])
      : await subtle.generateKey(ec, true, ['sign']);
  if (!('publicKey' in pair)) throw new Error('not a key pair');
  const jwk = await subtle.exportKey('jwk', pair.publicKey);
  // The members that Latchkey publishes.
  const { key_ops, ext, ...members } = jwk;
  const key: PublicKey = { ...members, kty: jwk.kty ?? '', kid, alg, use: 'sig' };
  const sign = async (header: object = { alg, kid }): Promise<string> => {
    const signed = `${encode(textBytes(JSON.stringify(header)))}.${encode(textBytes('{"sub":"1"}'))}`;
    const signature = await subtle.sign(alg === 'RS256' ? rsa : ec, pair.privateKey, textBytes(signed));
    return `${signed}.${encode(new Uint8Array(signature))}`;
  };
  return { key, sign };
};

const changeCharacter = (token: string, index: number): string =>
  token.slice(0, index) + (token[index] === 'A' ? 'B' : 'A') + token.slice(index + 1);

describe.each(['RS256', 'ES256'] as const)('a signature with %s', (alg) => {
  it('is valid with the key that the token names, and invalid when the token is changed', async () => {
    const { key, sign } = await signer(alg, 'one');
    const other = await signer(alg, 'two');
    const token = await sign();
    const keys = [other.key, key];
    expect(await checkSignature(decodeToken(token), keys)).toBe('valid');
    expect(await checkSignature(decodeToken(changeCharacter(token, token.lastIndexOf('.') + 9)), keys)).toBe('invalid');
    const [header, , signature] = token.split('.');
    const changed = `${header}.${encode(textBytes('{"sub":"2"}'))}.${signature}`;
    expect(await checkSignature(decodeToken(changed), keys)).toBe('invalid');
  });

  it('of another or an unpublished key is not valid', async () => {
    const { key, sign } = await signer(alg, 'one');
    const impostor = await signer(alg, 'one');
    expect(await checkSignature(decodeToken(await impostor.sign()), [key])).toBe('invalid');
    expect(await checkSignature(decodeToken(await sign()), [])).toBe('unknown_key');
    expect(await checkSignature(decodeToken(await sign({ alg })), [key])).toBe('unknown_key');
  });

  it('is checked with the algorithm of the key, not of the token', async () => {
    const { key, sign } = await signer(alg, 'one');
    const otherName = alg === 'RS256' ? 'ES256' : 'RS256';
    expect(await checkSignature(decodeToken(await sign({ alg: otherName, kid: 'one' })), [key])).toBe('unknown_key');
  });
});

describe('a token that the browser cannot check', () => {
  it.each([
    ['HS256', 'shared_secret'],
    ['none', 'unsigned'],
    ['PS256', 'unsupported_algorithm'],
    ['constructor', 'unsupported_algorithm'],
    [7, 'unsupported_algorithm'],
    [undefined, 'unsupported_algorithm'],
  ])('alg %s: %s', async (alg, status) => {
    const token = `${encode(textBytes(JSON.stringify({ alg, kid: 'one' })))}.${encode(textBytes('{}'))}.AAEC`;
    expect(await checkSignature(decodeToken(token), [])).toBe(status);
  });
});
