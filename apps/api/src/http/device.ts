import type { Request } from 'express';
import { addressOf } from './network.ts';

/** What a request tells of the device that it comes from. */
export type Device = { readonly userAgent: string | null; readonly address: string | null };

export const deviceOf = (request: Request): Device => ({
  userAgent: request.get('User-Agent')?.slice(0, 400) ?? null,
  address: addressOf(request),
});
