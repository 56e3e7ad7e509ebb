import { type CryptoKey, compactVerify } from 'jose';
import * as z from 'zod/mini';

export type JwtAlgorithm = 'HS256' | 'RS256' | 'ES256';

/** A key and its only algorithm (RFC 8725 §3.1). */
export type VerificationKey = { readonly algorithm: JwtAlgorithm; readonly key: CryptoKey | Uint8Array };

/** Finds the key of a `kid`; `undefined` if the issuer has none, `unreachable` if the issuer did not answer. */
export type FindKey = (kid: string) => Promise<VerificationKey | 'unreachable' | undefined>;

export type Opened =
  | { readonly status: 'opened'; readonly payload: unknown }
  | { readonly status: 'invalid' | 'unreachable' };

type Rules = {
  /** The `typ` header, so that no kind of token passes for another (RFC 8725 §3.11). */
  readonly type: string;
  readonly maxLength: number;
  readonly findKey: FindKey;
};

const invalid = { status: 'invalid' } as const;
const compact = /^([\w-]+)\.([\w-]+)\.([\w-]+)$/;

const parseJson = (bytes: Uint8Array): unknown => {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
};

const isCanonical = (part: string): boolean => Buffer.from(part, 'base64url').toString('base64url') === part;

/**
 * Creates the verifier of the signature of one kind of JWT. It returns the payload unchecked and throws for no token. The
 * rules are those of apps/api/src/keys/jwt.ts; both are tested with vectors.json.
 */
export const createJwtOpener = ({ type, maxLength, findKey }: Rules) => {
  const headerOfThisKind = z.strictObject({ alg: z.string(), typ: z.literal(type), kid: z.string() });

  return async (token: string): Promise<Opened> => {
    if (token.length > maxLength) return invalid;
    const [, headerPart = '', , signaturePart = ''] = compact.exec(token) ?? [];
    const header = z.safeParse(headerOfThisKind, parseJson(Buffer.from(headerPart, 'base64url')));
    if (!header.success || !isCanonical(signaturePart)) return invalid;
    const found = await findKey(header.data.kid);
    if (found === 'unreachable') return { status: 'unreachable' };
    // The key decides the algorithm (RFC 8725 §3.1); the header must agree.
    if (found?.algorithm !== header.data.alg) return invalid;
    try {
      const { payload } = await compactVerify(token, found.key, { algorithms: [found.algorithm] });
      return { status: 'opened', payload: parseJson(payload) };
    } catch {
      return invalid;
    }
  };
};
