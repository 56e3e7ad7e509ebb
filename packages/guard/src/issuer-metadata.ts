import * as z from 'zod/mini';
import { getText } from './get-text.ts';

/** What is needed of the issuer's discovery document (RFC 8414). */
const issuerMetadata = z.object({
  issuer: z.string(),
  jwks_uri: z.url(),
  revocation_feed_uri: z.optional(z.url()),
});
export type IssuerMetadata = z.output<typeof issuerMetadata>;

type Needs = {
  readonly issuer: string;
  /** Where the issuer is reached from here, if not at its own name. */
  readonly reachAt: string | undefined;
  readonly signal: AbortSignal;
};

/** Reads JSON of a known shape; says in a sentence what is wrong with it. */
export const getJson = async <Shape>(url: string, shape: z.ZodMiniType<Shape>, signal: AbortSignal): Promise<Shape> => {
  const { status, text } = await getText(url, { timeoutMilliseconds: 5_000, longest: 1_000_000, signal });
  if (status !== 200) throw new Error(`${url} answered ${status}`);
  return z.parse(shape, JSON.parse(text));
};

/** Gives the issuer's discovery document: asked for once, and again after `forget`. */
export const createIssuerMetadata = ({ issuer, reachAt, signal }: Needs) => {
  const base = (reachAt ?? issuer).replace(/\/$/, '');
  /** Wrong or forged metadata must not make us ask another server (SSRF). */
  const fromHere = (url: string): string => {
    const { origin, pathname, search } = new URL(url);
    if (origin !== issuer) throw new Error(`${url}, which the issuer at ${base} names, is not at ${issuer}`);
    return `${base}${pathname}${search}`;
  };
  let known: Promise<IssuerMetadata> | undefined;

  const ask = async (): Promise<IssuerMetadata> => {
    const { revocation_feed_uri, ...said } = await getJson(
      `${base}/.well-known/openid-configuration`,
      issuerMetadata,
      signal,
    );
    // RFC 8414 §3.3: otherwise one issuer could speak for another.
    if (said.issuer !== issuer) throw new Error(`the issuer at ${base} calls itself ${said.issuer}, not ${issuer}`);
    return {
      ...said,
      jwks_uri: fromHere(said.jwks_uri),
      ...(revocation_feed_uri && { revocation_feed_uri: fromHere(revocation_feed_uri) }),
    };
  };

  return {
    get(): Promise<IssuerMetadata> {
      known ??= ask().catch((error) => {
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
