/**
 * The page to open after signing in: `target` if it belongs to this app, or the profile.
 * @param target from the query string, so untrusted
 * @param origin the app's origin, such as `https://accounts.example.com`
 */
export const returnTo = (target: string | null, origin: string): string => {
  const home = '/profile';
  if (!target?.startsWith('/') || !URL.canParse(target, origin)) return home;
  // Parsed as the browser does: `//evil.example` and `/\evil.example` lead to another origin.
  const url = new URL(target, origin);
  // `/.//evil.example` has become `//evil.example`.
  return url.origin === origin && !url.pathname.startsWith('//') ? url.pathname + url.search + url.hash : home;
};

/** The sign-in page that leads back to this location. */
export const logInPath = ({ pathname, search, hash }: { pathname: string; search: string; hash: string }): string =>
  `/login?${new URLSearchParams({ 'return-to': pathname + search + hash })}`;
