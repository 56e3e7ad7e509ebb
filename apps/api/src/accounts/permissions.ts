import type { Permission } from '@latchkey/contract/permissions';
import type { Account } from './account-store.ts';

/** The permissions of each role. Latchkey reads the role from the database; the `role` in a token is for other services. */
const permissions: Record<Account['role'], readonly Permission[]> = {
  user: [],
  admin: ['tokens:issue', 'tokens:introspect'],
};

export const hasPermission = ({ role }: Pick<Account, 'role'>, permission: Permission): boolean =>
  permissions[role].includes(permission);
