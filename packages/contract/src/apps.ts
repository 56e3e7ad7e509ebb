import * as z from 'zod/mini';
import { endpoint } from './endpoint.ts';
import { rates } from './limits.ts';

/** A client id (RFC 6749 §2.2). No other kind of audience has this form, so an ID token never passes for another token. */
export const appIdPattern = /^app_[a-z2-7]{26}$/;

/** An app that a user has signed in to, or has allowed to know who they are. */
const connectedApp = z.object({
  id: z.string(),
  name: z.string(),
  scopes: z.array(z.string()),
  /** Whether the user is signed in to it. */
  isActive: z.boolean(),
  lastUsedAt: z.nullable(z.iso.datetime()),
});
export type ConnectedApp = z.output<typeof connectedApp>;

export const listApps = endpoint({
  method: 'GET',
  path: '/api/apps',
  summary: 'List the apps that you have signed in to with this account',
  access: 'session',
  rate: rates.reading,
  status: 200,
  response: z.object({ apps: z.array(connectedApp) }),
  problems: [],
});

export const disconnectApp = endpoint({
  method: 'DELETE',
  path: '/api/apps/:id',
  params: z.strictObject({ id: z.string().check(z.regex(appIdPattern)) }),
  summary: 'Sign out of an app on every device, and withdraw what you allowed it',
  access: 'session',
  rate: rates.changing,
  status: 204,
  problems: [],
});
