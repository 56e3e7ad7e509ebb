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

type Location = { readonly pathname: string; readonly search: string; readonly hash: string };

/**
 * The sign-in page that leads back to this location.
 * @param more `login-hint`: the user name to show; `again`: a signed-in user must sign in, too
 */
export const logInPath = (
  { pathname, search, hash }: Location,
  more: { readonly 'login-hint'?: string; readonly again?: '1' } = {},
): string => `/login?${new URLSearchParams({ 'return-to': pathname + search + hash, ...more })}`;
