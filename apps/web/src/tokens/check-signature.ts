import type { DecodedToken } from './decode-token.ts';

/** A public key from `/.well-known/jwks.json`. */
export type PublicKey = JsonWebKey & { readonly kid: string; readonly alg: string };

export type SignatureStatus =
  | 'valid'
  | 'invalid'
  /** HS256: checking the signature takes the secret that made it. */
  | 'shared_secret'
  | 'unsigned'
  | 'unsupported_algorithm'
  | 'unknown_key'
  /** Browsers offer WebCrypto on https and localhost only. */
  | 'insecure_context';

/** RFC 7518 §3.3 and §3.4, as WebCrypto parameters. */
const algorithms: Readonly<Record<string, RsaHashedImportParams & EcKeyImportParams & EcdsaParams>> = {
  RS256: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', namedCurve: '' },
  ES256: { name: 'ECDSA', hash: 'SHA-256', namedCurve: 'P-256' },
};

/** Checks a token's signature with the public keys, in the browser. It does not check the expiry. */
export const checkSignature = async (
  { parts, header, signature }: DecodedToken,
  keys: readonly PublicKey[],
): Promise<SignatureStatus> => {
  const { alg, kid } = header ?? {};
  if (alg === 'none') return 'unsigned';
  if (typeof alg === 'string' && /^HS\d+$/.test(alg)) return 'shared_secret';
  const algorithm = typeof alg === 'string' && Object.hasOwn(algorithms, alg) ? algorithms[alg] : undefined;
  if (!algorithm) return 'unsupported_algorithm';
  // One algorithm per key (RFC 8725 §3.1): the token's `alg` must match it.
  const key = keys.find((candidate) => candidate.kid === kid && candidate.alg === alg);
  if (!key || !signature) return 'unknown_key';
  const { subtle } = globalThis.crypto;
  if (!subtle) return 'insecure_context';
  const publicKey = await subtle.importKey('jwk', key, algorithm, false, ['verify']);
  const signed = new TextEncoder().encode(parts.slice(0, 2).join('.'));
  return (await subtle.verify(algorithm, publicKey, signature, signed)) ? 'valid' : 'invalid';
};
