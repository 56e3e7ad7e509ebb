import type { Request, RequestHandler } from 'express';
import type { Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import type { MarkStore } from '../database/mark-store.ts';

type Needs = {
  readonly marks: MarkStore;
  readonly transaction: Database['transaction'];
  readonly clock: Clock;
};

const mark = 'proxies';

const loopback = /^(127\.|::1$|::ffff:127\.)/;

/**
 * Each proxy adds one address to X-Forwarded-For, and a client can add more, but not remove any.
 * @returns undefined for a probe, and for a request from this machine without the header: they may bypass the proxy
 */
const proxiesOf = ({ headers, socket, path }: Request): number | undefined => {
  if (path.startsWith('/health/')) return undefined;
  const forwarded = headers['x-forwarded-for'];
  if (forwarded !== undefined) return String(forwarded).split(',').length;
  return loopback.test(socket.remoteAddress ?? '') ? undefined : 0;
};

/** Remembers the fewest proxies that a request has passed since the start, so that the doctor can compare TRUST_PROXY with it. */
export const createSeenProxies = ({ marks, transaction, clock }: Needs) => {
  let fewest = Number.POSITIVE_INFINITY;
  let saved = Number.POSITIVE_INFINITY;
  const look: RequestHandler = (request, _response, next) => {
    fewest = Math.min(fewest, proxiesOf(request) ?? fewest);
    next();
  };
  const save = async (): Promise<void> => {
    const count = fewest;
    if (count === saved) return;
    await transaction((write) => marks.set(write, mark, clock(), { count }));
    saved = count;
  };
  return { look, save };
};

/** @returns the fewest proxies that a request has passed; undefined if no server has recorded it */
export const findSeenProxies = async ({ marks }: Pick<Needs, 'marks'>): Promise<number | undefined> => {
  const count = (await marks.find(mark))?.detail.count;
  return typeof count === 'number' ? count : undefined;
};
