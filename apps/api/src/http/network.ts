import type { Request } from 'express';
import ipaddr from 'ipaddr.js';

/** An IPv4 address that came over an IPv6 socket is still an IPv4 address. */
export const addressOf = (request: Request): string | null => request.ip?.replace(/^::ffff:(?=\d+\.)/, '') ?? null;

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
