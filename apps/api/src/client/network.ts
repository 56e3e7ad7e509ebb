import { isIP } from 'node:net';
import type { Request, RequestHandler } from 'express';
import ipaddr from 'ipaddr.js';
import type { Logger } from 'pino';

/** Some proxies write the port, too: `203.0.113.7:51234`, `[2001:db8::1]:443`. */
const withoutPort = (text: string): string =>
  /^\[([^\]]*)\](?::\d{1,5})?$/.exec(text)?.[1] ?? /^([\d.]+):\d{1,5}$/.exec(text)?.[1] ?? text;

/** The one way to write an address: without a port or zone, in lower case, and IPv4 as IPv4 though it came over IPv6. */
const parseAddress = (text: string): string | undefined => {
  const [address = ''] = withoutPort(text.trim()).split('%');
  return isIP(address) === 0 ? undefined : ipaddr.process(address).toString();
};

/**
 * Where a request comes from, as an address and nothing else: a client that reaches us past the proxy writes any text into
 * its header. What is no address is not used; the proxy's own address is.
 */
export const addressOf = ({ ip = '', socket }: Pick<Request, 'ip' | 'socket'>): string | null =>
  parseAddress(ip) ?? parseAddress(socket.remoteAddress ?? '') ?? null;

/** Whose tries count together: an IPv4 address, or the /64 that a household or a server has of IPv6. */
export const networkOf = (address: string | null): string => {
  if (!address || !ipaddr.isValid(address)) return 'unknown';
  const parsed = ipaddr.process(address);
  return parsed instanceof ipaddr.IPv6
    ? `${parsed.parts
        .slice(0, 4)
        .map((part) => part.toString(16))
        .join(':')}/64`
    : parsed.toString();
};

/** Behind a proxy that nobody told us of, all people have one address, and share its limits: the log says so, once. */
export const warnIfBehindProxy = (logger: Logger): RequestHandler => {
  let isNoticed = false;
  return (request, _response, next) => {
    if (!isNoticed && request.headers['x-forwarded-for'] !== undefined) {
      isNoticed = true;
      logger.warn('Requests come through a proxy, and TRUST_PROXY is 0; set it to the number of proxies in front.');
    }
    next();
  };
};
