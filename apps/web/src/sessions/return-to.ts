/**
 * Where to go after signing in: the address that a guard noted, if it is one of this app's own.
 * @param noted what stands in the address bar, so anybody's word
 * @param origin this app's own, such as `https://accounts.example.com`
 */
export const returnTo = (noted: string | null, origin: string): string => {
  const home = '/profile';
  if (!noted?.startsWith('/') || !URL.canParse(noted, origin)) return home;
  // Parsed as the browser would: `//evil.example` and `/\evil.example` lead elsewhere.
  const url = new URL(noted, origin);
  // Of `/.//evil.example` only `//evil.example` is left by now.
  return url.origin === origin && !url.pathname.startsWith('//') ? url.pathname + url.search + url.hash : home;
};

/** The sign-in page that leads back to this address. */
export const logInPath = ({ pathname, search, hash }: { pathname: string; search: string; hash: string }): string =>
  `/login?${new URLSearchParams({ 'return-to': pathname + search + hash })}`;
