import { isIP } from 'node:net';
import type { Request, RequestHandler } from 'express';
import ipaddr from 'ipaddr.js';
import type { Logger } from 'pino';

/** Some proxies add the port: `203.0.113.7:51234`, `[2001:db8::1]:443`. */
const withoutPort = (text: string): string =>
  /^\[([^\]]*)\](?::\d{1,5})?$/.exec(text)?.[1] ?? /^([\d.]+):\d{1,5}$/.exec(text)?.[1] ?? text;

/** The canonical form of an address: no port, no zone, lower case, and IPv4-mapped IPv6 as IPv4. */
const parseAddress = (text: string): string | undefined => {
  const [address = ''] = withoutPort(text.trim()).split('%');
  return isIP(address) === 0 ? undefined : ipaddr.process(address).toString();
};

/**
 * The client's address. X-Forwarded-For may contain any text if the client bypasses the proxy; if it is not an address, the
 * socket's address is used.
 */
export const addressOf = ({ ip = '', socket }: Pick<Request, 'ip' | 'socket'>): string | null =>
  parseAddress(ip) ?? parseAddress(socket.remoteAddress ?? '') ?? null;

/** The network that shares rate limits: an IPv4 address, or an IPv6 /64, which is what a household or server gets. */
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

/** Warns once if a proxy is in front but not configured: then all clients share one address, and its rate limits. */
export const warnIfBehindProxy = (logger: Logger): RequestHandler => {
  let hasWarned = false;
  return (request, _response, next) => {
    if (!hasWarned && request.headers['x-forwarded-for'] !== undefined) {
      hasWarned = true;
      logger.warn('Requests come through a proxy, but TRUST_PROXY is 0; set it to the number of proxies in front.');
    }
    next();
  };
};
