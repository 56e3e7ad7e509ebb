/** A permission that a role may have beyond its own account. */
export type Permission = 'tokens:issue' | 'tokens:introspect';
