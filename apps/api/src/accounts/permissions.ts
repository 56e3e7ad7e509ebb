import type { Account } from './account-store.ts';

export type Permission = 'tokens:issue' | 'tokens:introspect';

/** What each role may do. Read here on every request; the `role` in a token is for other services. */
const permissions: Record<Account['role'], readonly Permission[]> = {
  user: [],
  admin: ['tokens:issue', 'tokens:introspect'],
};

export const hasPermission = ({ role }: Pick<Account, 'role'>, permission: Permission): boolean =>
  permissions[role].includes(permission);
