import type { User } from '@latchkey/contract/user';
import type { Account } from './account-store.ts';

/** The account as the API returns it to its owner. */
export const toUser = (account: Omit<Account, 'usernameFolded' | 'emailFolded'>): User => ({
  id: account.id,
  username: account.username,
  displayName: account.displayName,
  email: account.email,
  emailVerified: account.emailVerifiedAt !== null,
  pendingEmail: account.pendingEmail,
  notifySignIns: account.notifySignIns,
  role: account.role,
  metadata: account.metadata,
  createdAt: account.createdAt.toISOString(),
  updatedAt: account.updatedAt.toISOString(),
});
