import { randomUUID } from 'node:crypto';
import type { Account } from './account-store.ts';

type Given = Pick<Account, 'username'> & Partial<Pick<Account, 'displayName' | 'email' | 'role'>>;

/** An account as it begins: a plain user with nothing proved and nothing kept. */
export const newAccount = (given: Given, now: Date): Omit<Account, 'usernameFolded' | 'emailFolded'> => ({
  id: randomUUID(),
  displayName: null,
  email: null,
  emailVerifiedAt: null,
  role: 'user',
  metadata: {},
  disabledAt: null,
  createdAt: now,
  updatedAt: now,
  ...given,
});
