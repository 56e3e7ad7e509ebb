import type { EventKind } from '@latchkey/contract/activity';
import type { User } from '@latchkey/contract/user';

/** What an event of each kind stores besides its actor, time and client. The other kinds store nothing more. */
type Details = {
  /** The previous device of the session; null if its user agent does not name one. */
  session_moved: { readonly device: string | null };
  session_ended: { readonly device: string | null };
  too_many_sessions: { readonly device: string | null };
  token_issued: { readonly name: string };
  token_issued_for_other: { readonly username: string };
  token_issued_by_other: { readonly username: string };
  token_revoked: { readonly name: string };
  app_authorized: { readonly name: string };
  app_disconnected: { readonly name: string };
  identity_linked: { readonly provider: string };
  identity_unlinked: { readonly provider: string };
  role_changed: { readonly role: User['role'] };
  /** The number of the event that the owner does not recognize. */
  disowned: { readonly number: number };
};

/** A kind with the detail that belongs to it. */
export type KindWithDetail = {
  [Kind in EventKind]: Kind extends keyof Details
    ? { readonly kind: Kind; readonly detail: Details[Kind] }
    : { readonly kind: Kind; readonly detail?: undefined };
}[EventKind];

/** The detail as the API and the commands show it: each kind has at most one value. */
export const detailText = (detail: Readonly<Record<string, unknown>>): string | null => {
  const [value = null] = Object.values(detail);
  return value === null ? null : String(value);
};
