import type { UserClaims } from '@latchkey/contract/oauth';
import type { Account } from '../accounts/account-store.ts';
import { toNumericDate } from '../clock.ts';

/** What an app learns about a user, by scope (OpenID Connect Core §5.4). */
export const userClaimsOf = (account: Account, scopes: readonly string[]): UserClaims => ({
  sub: account.id,
  ...(scopes.includes('profile') && {
    name: account.displayName ?? account.username,
    preferred_username: account.username,
    updated_at: toNumericDate(account.updatedAt),
  }),
  ...(scopes.includes('email') &&
    account.email !== null && { email: account.email, email_verified: account.emailVerifiedAt !== null }),
});
