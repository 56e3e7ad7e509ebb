import { Buffer } from 'node:buffer';
import * as z from 'zod/mini';

/** The algorithms that Latchkey signs with (RFC 7518 §3.1). */
export const jwtAlgorithms = ['HS256', 'RS256', 'ES256'] as const;
export type JwtAlgorithm = (typeof jwtAlgorithms)[number];

/** The claims that every kind of token has; each kind adds its own. */
export type TimedClaims = { readonly iss: string; readonly aud: string; readonly iat: number; readonly exp: number };

export type ClaimRules<Claims extends TimedClaims> = {
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

/** The maximum length of a token in a request. */
export const maxTokenLength = 4096;

const invalid = { status: 'invalid' } as const;
const compact = /^([\w-]+)\.[\w-]+\.([\w-]+)$/;
const jwtHeader = z.strictObject({ alg: z.enum(jwtAlgorithms), typ: z.string(), kid: z.string() });

const decode = (part: string): Buffer => Buffer.from(part, 'base64url');

/** Parses JSON in UTF-8; `undefined` if it is malformed. */
export const parseJson = (bytes: Uint8Array): unknown => {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
};

/**
 * The header of a JWT in the compact form (RFC 7515 §7.1); `undefined` if it is malformed or of another kind.
 * @param type the `typ` header, so that no kind of token passes for another (RFC 8725 §3.11)
 */
export const jwtHeaderOf = (
  token: string,
  type: string,
  maxLength = maxTokenLength,
): z.output<typeof jwtHeader> | undefined => {
  if (token.length > maxLength) return undefined;
  const [, headerPart = '', signaturePart = ''] = compact.exec(token) ?? [];
  const { data } = z.safeParse(jwtHeader, parseJson(decode(headerPart)));
  // The last character has unused bits: only one form of the signature is accepted.
  return data?.typ === type && decode(signaturePart).toString('base64url') === signaturePart ? data : undefined;
};

/**
 * Judges the payload of a JWT whose signature is correct, as strictly as RFC 8725 asks.
 * @param nowSeconds the time in seconds since 1970
 */
export const judgeClaims = <Claims extends TimedClaims>(
  rules: ClaimRules<Claims>,
  payload: unknown,
  nowSeconds: number,
): JwtVerdict<Claims> => {
  const { data: claims } = z.safeParse(rules.claims, payload);
  if (claims?.iss !== rules.issuer) return invalid;
  if (rules.audience !== undefined && claims.aud !== rules.audience) return invalid;
  if (claims.iat > nowSeconds + rules.clockToleranceSeconds) return invalid;
  if (claims.exp - claims.iat > rules.maxLifeSeconds(claims)) return invalid;
  return { status: claims.exp + rules.clockToleranceSeconds > nowSeconds ? 'valid' : 'expired', claims };
};
