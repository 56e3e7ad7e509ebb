import type { Request } from 'express';
import { addressOf } from './network.ts';

/** The user agent and address of a request. */
export type ClientInfo = { readonly userAgent: string | null; readonly address: string | null };

export const clientInfoOf = (request: Request): ClientInfo => ({
  userAgent: request.get('User-Agent')?.slice(0, 400) ?? null,
  address: addressOf(request),
});
