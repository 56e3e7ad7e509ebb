import { createHash, createHmac } from 'node:crypto';
import type { VerificationKind } from '../database/schema.ts';
import { deriveKey } from '../keys/app-secret.ts';

type Verification = { readonly id: string; readonly kind: VerificationKind };

/** What the database keeps of a token. The kind is part of it: a token of one kind is unknown to the others. */
export const tokenHashOf = (kind: VerificationKind, token: string): string =>
  createHash('sha256').update(`${kind}\n${token}`).digest('base64url');

/**
 * The tokens and codes of messages, computed from the id of the verification with keys derived from APP_SECRET. Nothing in the
 * database is a credential, and the process that sends the message needs no more than the id.
 */
export const createVerificationTokens = ({ appSecrets }: { readonly appSecrets: readonly [string, ...string[]] }) => {
  const keys = appSecrets.map((secret) => deriveKey(secret, 'verification'));
  const macsOf = (purpose: string, { id, kind }: Verification): Buffer[] =>
    keys.map((key) => createHmac('sha256', key).update(`${purpose}\n${kind}\n${id}`).digest());

  const tokensOf = (verification: Verification): string[] =>
    macsOf('token', verification).map((mac) => mac.toString('base64url'));
  const codesOf = (verification: Verification): string[] =>
    macsOf('code', verification).map((mac) => String(mac.readUIntBE(0, 6) % 1_000_000).padStart(6, '0'));

  return {
    /** For a new verification: the token of the first secret, 256 bits in base64url. */
    issue: (verification: Verification): string => tokensOf(verification)[0] ?? '',

    /** The token and the code of a stored verification, also when APP_SECRET has changed since. */
    find(verification: Verification & { readonly tokenHash: string }): { token: string; code: string } | undefined {
      const tokens = tokensOf(verification);
      const place = tokens.findIndex((token) => tokenHashOf(verification.kind, token) === verification.tokenHash);
      const [token, code] = [tokens[place], codesOf(verification)[place]];
      return token === undefined || code === undefined ? undefined : { token, code };
    },
  };
};

export type VerificationTokens = ReturnType<typeof createVerificationTokens>;
