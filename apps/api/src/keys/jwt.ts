import { createHmac, createSign, type KeyObject, sign } from 'node:crypto';
import { promisify } from 'node:util';
import jwt from 'jsonwebtoken';
import * as z from 'zod/mini';

export type JwtAlgorithm = 'HS256' | 'RS256' | 'ES256';

/** A key and its only algorithm (RFC 8725 §3.1). For HS256 both halves are the same secret. */
export type JwtKey = {
  readonly id: string;
  readonly algorithm: JwtAlgorithm;
  readonly signWith: KeyObject;
  readonly verifyWith: KeyObject;
};

/** The claims that every kind of token has; each kind adds its own. */
export type TimedClaims = { readonly iss: string; readonly aud: string; readonly iat: number; readonly exp: number };

export type JwtRules<Claims extends TimedClaims> = {
  /** The `typ` header, so that no kind of token passes for another (RFC 8725 §3.11). */
  readonly type: string;
  readonly findKey: (id: string) => JwtKey | undefined;
  readonly claims: z.ZodMiniType<Claims>;
  readonly issuer: string;
  /** `undefined` accepts any audience: use it to introspect or revoke a token, never to authenticate. */
  readonly audience: string | undefined;
  readonly maxLifeSeconds: (claims: Claims) => number;
  readonly clockToleranceSeconds: number;
};

/** `expired` tokens are valid in every other respect, so their claims can be trusted, too. */
export type JwtVerdict<Claims> =
  | { readonly status: 'valid' | 'expired'; readonly claims: Claims }
  | { readonly status: 'invalid' };

const maxTokenLength = 4096;
const invalid = { status: 'invalid' } as const;
const compact = /^([\w-]+)\.([\w-]+)\.([\w-]+)$/;

const parseHeader = (part: string): unknown => {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
};

const isCanonical = (part: string): boolean => Buffer.from(part, 'base64url').toString('base64url') === part;

type Claims = Omit<TimedClaims, 'aud'> & Record<string, unknown>;

export const signJwt = (type: string, key: JwtKey, claims: Claims): string =>
  jwt.sign(claims, key.signWith, { algorithm: key.algorithm, header: { alg: key.algorithm, typ: type, kid: key.id } });

/** A signature that is computed while its input is written (RFC 7515 §5.1), so that no step depends on the length. */
export const createSignature = ({ algorithm, signWith }: JwtKey) => {
  if (algorithm === 'HS256') {
    const hmac = createHmac('sha256', signWith);
    return { update: (bytes: Buffer) => hmac.update(bytes), finish: () => hmac.digest() };
  }
  const signer = createSign('sha256');
  return {
    update: (bytes: Buffer) => signer.update(bytes),
    finish: () => signer.sign({ key: signWith, dsaEncoding: 'ieee-p1363' }),
  };
};

const signInPool = promisify(sign);

/**
 * `signJwt`, but an RSA signature, which takes up to a millisecond, is computed in the thread pool. jsonwebtoken cannot do that;
 * for the other algorithms the hand-over would take longer than the signature.
 */
export const signJwtAside = async (type: string, key: JwtKey, claims: Claims): Promise<string> => {
  if (key.algorithm !== 'RS256') return signJwt(type, key, claims);
  const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
  const input = `${encode({ alg: key.algorithm, typ: type, kid: key.id })}.${encode(claims)}`;
  const signature = await signInPool('sha256', Buffer.from(input), key.signWith);
  return `${input}.${signature.toString('base64url')}`;
};

/**
 * Creates the verifier of one kind of token, as strict as RFC 8725 asks. It throws for no token.
 * Its second argument is the time in seconds since 1970.
 */
export const createJwtVerifier = <Claims extends TimedClaims>(rules: JwtRules<Claims>) => {
  const headerOfThisKind = z.strictObject({ alg: z.string(), typ: z.literal(rules.type), kid: z.string() });

  const keyFor = (headerPart: string): JwtKey | undefined => {
    const header = z.safeParse(headerOfThisKind, parseHeader(headerPart));
    if (!header.success) return undefined;
    const key = rules.findKey(header.data.kid);
    // The key decides the algorithm (RFC 8725 §3.1); the header must agree.
    return key?.algorithm === header.data.alg ? key : undefined;
  };

  return (token: string, nowSeconds: number): JwtVerdict<Claims> => {
    if (token.length > maxTokenLength) return invalid;
    const [, headerPart = '', , signaturePart = ''] = compact.exec(token) ?? [];
    const key = keyFor(headerPart);
    if (!key || !isCanonical(signaturePart)) return invalid;

    let payload: unknown;
    try {
      // Times are checked below: jsonwebtoken accepts a missing or infinite `exp` and a future `iat`.
      payload = jwt.verify(token, key.verifyWith, { algorithms: [key.algorithm], ignoreExpiration: true });
    } catch {
      // Not only JsonWebTokenError: a payload that is not JSON throws SyntaxError.
      return invalid;
    }
    const parsed = z.safeParse(rules.claims, payload);
    if (!parsed.success) return invalid;
    const claims = parsed.data;
    if (claims.iss !== rules.issuer) return invalid;
    if (rules.audience !== undefined && claims.aud !== rules.audience) return invalid;
    if (claims.iat > nowSeconds + rules.clockToleranceSeconds) return invalid;
    if (claims.exp - claims.iat > rules.maxLifeSeconds(claims)) return invalid;
    return { status: claims.exp + rules.clockToleranceSeconds > nowSeconds ? 'valid' : 'expired', claims };
  };
};
