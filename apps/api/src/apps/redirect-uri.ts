const isLoopback = (hostname: string): boolean => ['localhost', '127.0.0.1', '[::1]'].includes(hostname);

/** Why an address cannot be registered; undefined if it can. */
export const redirectUriFault = (text: string, isProduction: boolean): string | undefined => {
  if (!URL.canParse(text)) return 'is not a URL';
  const { protocol, hostname, username, hash, host } = new URL(text);
  if (hash !== '' || text.includes('#')) return 'has a fragment';
  if (username !== '') return 'has a user name';
  if (protocol === 'https:') return undefined;
  if (protocol === 'http:') {
    if (isLoopback(hostname) || !isProduction) return undefined;
    return 'is http: anybody on the network could read the code; use https';
  }
  // RFC 8252 §7.1: a domain name in reverse order, such as com.example.app. So never javascript: or data:.
  if (/^[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+:$/.test(protocol) && host === '') return undefined;
  return 'has a scheme that is not https, http or a domain name in reverse order, such as com.example.app';
};

const loopback = /^(http:\/\/(?:127\.0\.0\.1|\[::1\]))(?::\d{1,5})?(\/.*)?$/;

/** RFC 8252 §7.3: a native app listens on any port of the loopback interface. */
const withoutLoopbackPort = (uri: string): string => uri.replace(loopback, '$1$2');

/** Whether the app has registered this address. Compared as text (RFC 9700 §4.1.3), except the port on a loopback address. */
export const isRegistered = (registered: readonly string[], uri: string): boolean =>
  registered.map(withoutLoopbackPort).includes(withoutLoopbackPort(uri));
