import {
  type ClaimRules,
  type JwtAlgorithm,
  type JwtVerdict,
  judgeClaims,
  jwtHeaderOf,
  parseJson,
  type TimedClaims,
} from '@latchkey/contract/jwt';
import { type CryptoKey, compactVerify } from 'jose';

/** Names a key and its only algorithm (RFC 8725 §3.1). */
export type KeyHeader = { readonly alg: JwtAlgorithm; readonly kid: string };

/** Finds the key of a header; `undefined` if the issuer has none, `unreachable` if the issuer did not answer. */
export type FindKey = (header: KeyHeader) => Promise<CryptoKey | Uint8Array | 'unreachable' | undefined>;

type Rules<Claims extends TimedClaims> = ClaimRules<Claims> & {
  /** The `typ` header. */
  readonly type: string;
  readonly findKey: FindKey;
  readonly maxLength?: number;
};

/** `unreachable`: the key is unknown, and the issuer did not answer. */
type Verdict<Claims> = JwtVerdict<Claims> | { readonly status: 'unreachable' };

const invalid = { status: 'invalid' } as const;

/**
 * Creates the verifier of one kind of JWT, as strict as RFC 8725 asks. It throws for no token.
 * Its second argument is the time in seconds since 1970.
 */
export const createJwtVerifier =
  <Claims extends TimedClaims>({ type, findKey, maxLength, ...rules }: Rules<Claims>) =>
  async (token: string, nowSeconds: number): Promise<Verdict<Claims>> => {
    const header = jwtHeaderOf(token, type, maxLength);
    const key = header && (await findKey(header));
    if (key === 'unreachable') return { status: 'unreachable' };
    if (!key) return invalid;
    try {
      const { payload } = await compactVerify(token, key, { algorithms: [header.alg] });
      return judgeClaims(rules, parseJson(payload), nowSeconds);
    } catch {
      return invalid;
    }
  };
