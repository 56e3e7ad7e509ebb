type Person = { readonly username: string; readonly displayName: string | null };

const initialsOf = ({ displayName, username }: Person): string =>
  (displayName ?? username)
    .split(/\s+/)
    .map((word) => [...word][0])
    .slice(0, 2)
    .join('')
    .toUpperCase();

/** The user's initials on a disc. */
export const Avatar = ({ user, className }: { user: Person; className: string }) => (
  <span
    aria-hidden="true"
    className={`grid shrink-0 place-items-center rounded-full bg-primary font-semibold text-primary-content ${className}`}
  >
    {initialsOf(user)}
  </span>
);
