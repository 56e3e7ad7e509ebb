import type { Reading } from './read-token.ts';

/** A public key of `/.well-known/jwks.json`. */
export type PublicKey = JsonWebKey & { readonly kid: string; readonly alg: string };

export type Verdict =
  | 'right'
  | 'wrong'
  /** HS256: whoever can check it could also have made it. */
  | 'shared_secret'
  | 'unsigned'
  | 'other_algorithm'
  | 'unknown_key'
  /** WebCrypto is there on https and on localhost only. */
  | 'cannot_check';

/** RFC 7518 §3.3 and §3.4, in WebCrypto's words. */
const algorithms: Readonly<Record<string, RsaHashedImportParams & EcKeyImportParams & EcdsaParams>> = {
  RS256: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', namedCurve: '' },
  ES256: { name: 'ECDSA', hash: 'SHA-256', namedCurve: 'P-256' },
};

/** Checks who signed a token, with public keys alone: nothing leaves the browser. Times are not looked at. */
export const checkSignature = async (
  { parts, header, signature }: Reading,
  keys: readonly PublicKey[],
): Promise<Verdict> => {
  const { alg, kid } = header ?? {};
  if (alg === 'none') return 'unsigned';
  if (typeof alg === 'string' && /^HS\d+$/.test(alg)) return 'shared_secret';
  const algorithm = typeof alg === 'string' && Object.hasOwn(algorithms, alg) ? algorithms[alg] : undefined;
  if (!algorithm) return 'other_algorithm';
  // One algorithm per key (RFC 8725 §3.1): what the token says of itself only has to agree.
  const key = keys.find((candidate) => candidate.kid === kid && candidate.alg === alg);
  if (!key || !signature) return 'unknown_key';
  const { subtle } = globalThis.crypto;
  if (!subtle) return 'cannot_check';
  const publicKey = await subtle.importKey('jwk', key, algorithm, false, ['verify']);
  const signed = new TextEncoder().encode(parts.slice(0, 2).join('.'));
  return (await subtle.verify(algorithm, publicKey, signature, signed)) ? 'right' : 'wrong';
};
