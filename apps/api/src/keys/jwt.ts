import { createHmac, createSign, type KeyObject, sign } from 'node:crypto';
import { promisify } from 'node:util';
import {
  type ClaimRules,
  type JwtAlgorithm,
  type JwtVerdict,
  judgeClaims,
  jwtHeaderOf,
  type TimedClaims,
} from '@latchkey/contract/jwt';
import jwt from 'jsonwebtoken';

/** A key and its only algorithm (RFC 8725 §3.1). For HS256 both halves are the same secret. */
export type JwtKey = {
  readonly id: string;
  readonly algorithm: JwtAlgorithm;
  readonly signWith: KeyObject;
  readonly verifyWith: KeyObject;
};

export type JwtRules<Claims extends TimedClaims> = ClaimRules<Claims> & {
  /** The `typ` header. */
  readonly type: string;
  readonly findKey: (id: string) => JwtKey | undefined;
};

type Claims = Omit<TimedClaims, 'aud'> & Record<string, unknown>;

export const signJwt = (type: string, key: JwtKey, claims: Claims): string =>
  jwt.sign(claims, key.signWith, { algorithm: key.algorithm, header: { alg: key.algorithm, typ: type, kid: key.id } });

/** The algorithms that fit a public key of an app (RFC 7518 §3.1). */
const algorithmsOf = ({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject): jwt.Algorithm[] => {
  if (type === 'rsa') return ['RS256', 'PS256'];
  return type === 'ec' && details?.namedCurve === 'prime256v1' ? ['ES256'] : [];
};

/** Whether an app can sign JWTs with the private half of this key. */
export const isUsableKey = (key: KeyObject): boolean => algorithmsOf(key).length > 0;

/** The payload of a JWT that an app has signed; undefined if the signature is wrong. The caller checks the claims, times included. */
export const payloadOfApp = (token: string, key: KeyObject): unknown => {
  try {
    const options = { algorithms: algorithmsOf(key), ignoreExpiration: true, ignoreNotBefore: true } as const;
    const { header, payload } = jwt.verify(token, key, { ...options, complete: true });
    // jsonwebtoken ignores critical extensions.
    return header.crit === undefined ? payload : undefined;
  } catch {
    return undefined;
  }
};

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
export const createJwtVerifier =
  <Claims extends TimedClaims>(rules: JwtRules<Claims>) =>
  (token: string, nowSeconds: number): JwtVerdict<Claims> => {
    const header = jwtHeaderOf(token, rules.type);
    const key = header && rules.findKey(header.kid);
    // The key decides the algorithm (RFC 8725 §3.1); the header must agree.
    if (!key || key.algorithm !== header.alg) return { status: 'invalid' };
    let payload: unknown;
    try {
      // Times are checked below: jsonwebtoken accepts a missing or infinite `exp` and a future `iat`.
      payload = jwt.verify(token, key.verifyWith, { algorithms: [key.algorithm], ignoreExpiration: true });
    } catch {
      // Not only JsonWebTokenError: a payload that is not JSON throws SyntaxError.
      return { status: 'invalid' };
    }
    return judgeClaims(rules, payload, nowSeconds);
  };
