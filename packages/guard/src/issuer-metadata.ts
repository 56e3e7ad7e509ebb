import * as z from 'zod/mini';
import { getText } from './get-text.ts';

/** The part of the issuer's discovery document (RFC 8414) that the guard uses. */
const issuerMetadata = z.object({
  issuer: z.string(),
  jwks_uri: z.url(),
  revocation_feed_uri: z.optional(z.url()),
});
export type IssuerMetadata = z.output<typeof issuerMetadata>;

type Needs = {
  readonly issuer: string;
  /** The URL at which this service reaches the issuer, if not `issuer`. */
  readonly reachAt: string | undefined;
  readonly signal: AbortSignal;
};

/**
 * Reads JSON and validates it.
 * @throws Error
 */
export const getJson = async <Shape>(url: string, shape: z.ZodMiniType<Shape>, signal: AbortSignal): Promise<Shape> => {
  const { status, text } = await getText(url, { timeoutMilliseconds: 5_000, maxBytes: 1_000_000, signal });
  if (status !== 200) throw new Error(`${url} answered ${status}`);
  return z.parse(shape, JSON.parse(text));
};

/** The issuer's discovery document. Read once, and again after `forget`. */
export const createIssuerMetadata = ({ issuer, reachAt, signal }: Needs) => {
  const base = (reachAt ?? issuer).replace(/\/$/, '');
  /** Wrong or forged metadata must not make the guard send a request to another server (SSRF). */
  const fromHere = (url: string): string => {
    const { origin, pathname, search } = new URL(url);
    if (origin !== issuer) throw new Error(`the issuer at ${base} names ${url}, which is not at ${issuer}`);
    return `${base}${pathname}${search}`;
  };
  let known: Promise<IssuerMetadata> | undefined;

  const read = async (): Promise<IssuerMetadata> => {
    const { revocation_feed_uri, ...metadata } = await getJson(
      `${base}/.well-known/openid-configuration`,
      issuerMetadata,
      signal,
    );
    // RFC 8414 §3.3: otherwise one issuer could impersonate another.
    if (metadata.issuer !== issuer)
      throw new Error(`the issuer at ${base} calls itself ${metadata.issuer}, not ${issuer}`);
    return {
      ...metadata,
      jwks_uri: fromHere(metadata.jwks_uri),
      ...(revocation_feed_uri && { revocation_feed_uri: fromHere(revocation_feed_uri) }),
    };
  };

  return {
    get(): Promise<IssuerMetadata> {
      known ??= read().catch((error) => {
        known = undefined;
        throw error;
      });
      return known;
    },
    forget(): void {
      known = undefined;
    },
  };
};
