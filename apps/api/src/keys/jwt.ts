import { createHmac, type KeyObject, sign } from 'node:crypto';
import { promisify } from 'node:util';
import jwt from 'jsonwebtoken';
import * as z from 'zod/mini';

export type JwtAlgorithm = 'HS256' | 'RS256' | 'ES256';

/** A key and the one algorithm it is used with (RFC 8725 §3.1). For HS256 both halves are the same secret. */
export type JwtKey = {
  readonly id: string;
  readonly algorithm: JwtAlgorithm;
  readonly signWith: KeyObject;
  readonly verifyWith: KeyObject;
};

/** What every kind of token states about itself; each kind adds its own claims to these. */
export type TimedClaims = { readonly iss: string; readonly aud: string; readonly iat: number; readonly exp: number };

export type JwtRules<Claims extends TimedClaims> = {
  /** The `typ` header: no kind of token passes for another (RFC 8725 §3.11). */
  readonly type: string;
  readonly findKey: (id: string) => JwtKey | undefined;
  readonly claims: z.ZodMiniType<Claims>;
  readonly issuer: string;
  /** `undefined` accepts a token for anybody: only for saying whether it is alive, never for letting it in. */
  readonly audience: string | undefined;
  readonly maxLifeSeconds: (claims: Claims) => number;
  readonly clockToleranceSeconds: number;
};

/** `expired` is said only of a token that is right in everything else, so its claims can be trusted, too. */
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

const signInThread = promisify(sign);

/** The signature (RFC 7515 §5.1) as bytes, made in another thread where that takes long. */
export const signAside = async ({ algorithm, signWith }: JwtKey, input: Buffer): Promise<Buffer> =>
  algorithm === 'HS256'
    ? createHmac('sha256', signWith).update(input).digest()
    : signInThread('sha256', input, { key: signWith, dsaEncoding: 'ieee-p1363' });

/**
 * As `signJwt`, with a key of any kind. RSA takes up to a millisecond, in which nobody else would be served: it signs in another
 * thread, which jsonwebtoken has no way to. The others take less than handing them over would.
 */
export const signJwtAside = async (type: string, key: JwtKey, claims: Claims): Promise<string> => {
  if (key.algorithm !== 'RS256') return signJwt(type, key, claims);
  const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
  const input = `${encode({ alg: key.algorithm, typ: type, kid: key.id })}.${encode(claims)}`;
  const signature = await signAside(key, Buffer.from(input));
  return `${input}.${signature.toString('base64url')}`;
};

/**
 * Makes the judge of one kind of token, strict as RFC 8725 asks. It never throws, whatever the token.
 * Its second argument is the time in seconds since 1970.
 */
export const createJwtVerifier = <Claims extends TimedClaims>(rules: JwtRules<Claims>) => {
  const headerOfThisKind = z.strictObject({ alg: z.string(), typ: z.literal(rules.type), kid: z.string() });

  const keyFor = (headerPart: string): JwtKey | undefined => {
    const header = z.safeParse(headerOfThisKind, parseHeader(headerPart));
    if (!header.success) return undefined;
    const key = rules.findKey(header.data.kid);
    // The key says which algorithm it is for; the token's word is only compared with it.
    return key?.algorithm === header.data.alg ? key : undefined;
  };

  return (token: string, nowSeconds: number): JwtVerdict<Claims> => {
    if (token.length > maxTokenLength) return invalid;
    const [, headerPart = '', , signaturePart = ''] = compact.exec(token) ?? [];
    const key = keyFor(headerPart);
    if (!key || !isCanonical(signaturePart)) return invalid;

    let payload: unknown;
    try {
      // Times are judged below: jsonwebtoken lets a missing or infinite `exp` and a future `iat` pass.
      payload = jwt.verify(token, key.verifyWith, { algorithms: [key.algorithm], ignoreExpiration: true });
    } catch {
      // Not only JsonWebTokenError: a payload that is no JSON throws SyntaxError.
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
