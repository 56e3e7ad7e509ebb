import { randomUUID } from 'node:crypto';
import type { register } from '@latchkey/contract/accounts';
import type { BodyOutput } from '@latchkey/contract/endpoint';
import type { Account, NewAccount } from './account-store.ts';

type Profile = Omit<BodyOutput<typeof register>, 'password' | 'delivery'>;
/** Every field of a registration must be a column; otherwise this does not compile. */
export type NewProfile = Pick<NewAccount, keyof Profile> & Pick<Partial<Account>, 'role'>;

/** A new account, with the role `user` by default. Absent columns are null. */
export const newAccount = (given: NewProfile, now: Date): NewAccount => ({
  id: randomUUID(),
  role: 'user',
  metadata: {},
  createdAt: now,
  updatedAt: now,
  ...given,
});
