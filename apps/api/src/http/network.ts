import { isIP } from 'node:net';
import type { Request, RequestHandler } from 'express';
import ipaddr from 'ipaddr.js';
import type { Logger } from 'pino';

/**
 * Where a request comes from, as an address and nothing else: whoever reaches us past the proxy writes what they like into
 * its header. An IPv4 address that came over an IPv6 socket is still an IPv4 address.
 */
export const addressOf = ({ ip = '', socket }: Request): string | null => {
  const address = [ip, socket.remoteAddress ?? ''].find((text) => isIP(text) !== 0);
  return address?.replace(/^::ffff:(?=\d+\.)/, '').replace(/%.*$/, '') ?? null;
};

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
export const noticeProxy = (logger: Logger): RequestHandler => {
  let isNoticed = false;
  return (request, _response, next) => {
    if (!isNoticed && request.headers['x-forwarded-for'] !== undefined) {
      isNoticed = true;
      logger.warn('Requests come through a proxy, and TRUST_PROXY is 0; set it to the number of proxies in front.');
    }
    next();
  };
};
