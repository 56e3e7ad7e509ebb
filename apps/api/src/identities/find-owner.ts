import type { Account, AccountStore } from '../accounts/account-store.ts';
import type { ProviderIdentity } from '../database/schema-identities.ts';
import { fold } from '../fold.ts';
import type { IdentityStore } from './identity-store.ts';

type Needs = { readonly accounts: AccountStore; readonly identities: IdentityStore };

/**
 * Whether an identity may be connected without asking: the account has verified the address here, and the provider is trusted for it.
 * Otherwise somebody could enter a stranger's address, here or there, and get in.
 */
export const hasTrustedAddress = (account: Account, { email, isEmailTrusted }: ProviderIdentity): boolean =>
  isEmailTrusted && email !== null && account.emailVerifiedAt !== null && account.emailFolded === fold(email);

/** The account that an identity belongs to, or may be connected to without asking. */
export const findOwner =
  ({ accounts, identities }: Needs) =>
  async (identity: ProviderIdentity): Promise<Account | undefined> => {
    const found = await identities.find(identity);
    if (found) return accounts.findById(found.userId);
    const account = identity.email === null ? undefined : await accounts.findByVerifiedEmail(identity.email);
    return account && hasTrustedAddress(account, identity) ? account : undefined;
  };

export type FindOwner = ReturnType<typeof findOwner>;
