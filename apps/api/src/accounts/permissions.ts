import type { Permission } from '@latchkey/contract/permissions';
import type { Account } from './account-store.ts';

/** What each role may do. Read here on every request; the `role` in a token is for other services. */
const permissions: Record<Account['role'], readonly Permission[]> = {
  user: [],
  admin: ['tokens:issue', 'tokens:introspect'],
};

export const hasPermission = ({ role }: Pick<Account, 'role'>, permission: Permission): boolean =>
  permissions[role].includes(permission);
