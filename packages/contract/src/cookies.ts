/** `refresh`, `device` and `attempt` are HttpOnly. Scripts can read `signed_in`, which only shows that a refresh cookie exists. */
type Cookie = 'refresh' | 'device' | 'attempt' | 'signed_in';

/**
 * Returns the name of a cookie of the Latchkey at this origin. Cookies ignore ports (RFC 6265 §8.5), so over http, where
 * several may run on `localhost`, the name contains the port.
 * @param origin the public origin, such as `https://accounts.example.com`
 */
export const cookieName = (cookie: Cookie, origin: string): string => {
  const { protocol, port } = new URL(origin);
  // Browsers refuse a cookie of this prefix from another host, or without https (RFC 6265bis §4.1.3.2).
  if (protocol === 'https:') return `__Host-latchkey_${cookie}`;
  return `latchkey_${cookie}${port && `_${port}`}`;
};
