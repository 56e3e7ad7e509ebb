import * as accounts from './accounts.ts';
import * as activity from './activity.ts';
import * as apps from './apps.ts';
import * as emails from './emails.ts';
import type { Endpoint } from './endpoint.ts';
import * as health from './health.ts';
import * as identities from './identities.ts';
import * as oauth from './oauth.ts';
import * as passwords from './passwords.ts';
import * as sessions from './sessions.ts';
import * as tokens from './tokens.ts';
import * as wellKnown from './well-known.ts';

const modules = [accounts, sessions, passwords, identities, emails, activity, tokens, apps, oauth, wellKnown, health];

export const isEndpoint = (value: unknown): value is Endpoint =>
  typeof value === 'object' && value !== null && 'method' in value && 'path' in value;

/**
 * The whole HTTP API, by operation id: the name of the export, which generated clients use as the name of the call, so it stays.
 * Tests check that each call is served, and provoke each declared problem.
 */
export const operations: Readonly<Record<string, Endpoint>> = Object.fromEntries(
  modules
    .flatMap((module) => Object.entries<unknown>(module))
    .filter((entry): entry is [string, Endpoint] => isEndpoint(entry[1])),
);

export const endpoints: readonly Endpoint[] = Object.values(operations);
