import { email } from '@latchkey/contract/email';
import { name } from '@latchkey/contract/text';
import type { ProviderIdentity } from '../database/schema-identities.ts';
import type { Provider } from '../provider-settings.ts';
import { usernameLike } from '../username-like.ts';

/** The claims of OpenID Connect Core §5.1 that count here. A provider may send anything. */
type Claims = {
  readonly iss?: unknown;
  readonly sub?: unknown;
  readonly email?: unknown;
  readonly email_verified?: unknown;
  /** Google: the organization that owns the domain of the address. */
  readonly hd?: unknown;
  readonly preferred_username?: unknown;
  readonly nickname?: unknown;
  readonly name?: unknown;
};

/** OpenID Connect Core §2: a subject has at most 255 characters. */
const idOf = (claim: unknown): string => {
  if (typeof claim === 'string' && claim !== '' && claim.length <= 255) return claim;
  throw new Error('the provider sent no valid issuer or subject');
};

/**
 * Whether an address that the provider calls verified belongs to the user. An absent `email_verified` means no. Google knows only
 * the addresses of its own domains: https://developers.google.com/identity/siwg/backend-auth
 */
const isTrusted = ({ trustEmail }: Provider, address: string, { email_verified, hd }: Claims): boolean => {
  if (email_verified !== true || trustEmail === 'never') return false;
  return trustEmail === 'always' || address.endsWith('@gmail.com') || (typeof hd === 'string' && hd !== '');
};

const displayName = name(80);
const displayNameOf = (claim: unknown): string | null => {
  const parsed = displayName.safeParse(claim);
  return parsed.success ? parsed.data : null;
};

/** What counts of the claims of a provider; what cannot be stored is left out. */
export const identityOf = (provider: Provider, claims: Claims): ProviderIdentity => {
  const parsed = email.safeParse(claims.email);
  const address = parsed.success ? parsed.data : null;
  return {
    issuer: idOf(claims.iss),
    subject: idOf(claims.sub),
    email: address,
    isEmailTrusted: address !== null && isTrusted(provider, address, claims),
    username: usernameLike(claims.preferred_username) ?? usernameLike(claims.nickname) ?? usernameLike(address),
    displayName: displayNameOf(claims.name),
  };
};
