import { expect, it } from 'vitest';
import { deriveKey, keyIdOf, seal, unseal } from './app-secret.ts';

it('each use has its own key, and always the same', () => {
  const labels = ['access-token-hs256', 'refresh-token', 'signing-key-seal'] as const;
  const keys = labels.map((label) => deriveKey('one secret', label).toString('hex'));
  expect(new Set(keys).size).toBe(3);
  expect(labels.map((label) => deriveKey('one secret', label).toString('hex'))).toEqual(keys);
  expect(deriveKey('another secret', 'refresh-token').toString('hex')).not.toBe(keys[1]);
});

it('a derived key equals the HKDF-SHA-256 of openssl', () => {
  // openssl kdf -keylen 32 -kdfopt digest:SHA256 -kdfopt key:one\ secret -kdfopt info:latchkey/refresh-token HKDF
  expect(deriveKey('one secret', 'refresh-token').toString('hex')).toBe(
    '7a2a48ab1c0ca67dd054df092098e73dc955ef154f88477782fbbdfeecc7d073',
  );
});

it('the public id of a key reveals nothing of the key', () => {
  const key = deriveKey('one secret', 'refresh-token');
  expect(keyIdOf(key)).toMatch(/^[\w-]{16}$/);
  expect(key.toString('base64url')).not.toContain(keyIdOf(key));
});

it('sealed text opens with its secret at any position of the list', () => {
  const sealed = seal('one secret', 'hidden ü');
  expect(sealed).not.toBe(seal('one secret', 'hidden ü'));
  expect(unseal(['one secret'], sealed)).toBe('hidden ü');
  expect(unseal(['another secret', 'one secret'], sealed)).toBe('hidden ü');
  expect(unseal(['another secret'], sealed)).toBeUndefined();
});

it('altered text does not open', () => {
  const bytes = Buffer.from(seal('one secret', 'hidden'), 'base64url');
  for (let at = 0; at < bytes.length; at++) {
    const altered = Buffer.from(bytes);
    altered[at] = (altered[at] ?? 0) ^ 1;
    expect(unseal(['one secret'], altered.toString('base64url'))).toBeUndefined();
  }
});
