import { deleteMe, me, register, updateMe } from './accounts.ts';
import { listActivity, reportUnrecognized } from './activity.ts';
import type { Endpoint } from './endpoint.ts';
import { live, ready } from './health.ts';
import { introspect, revoke } from './oauth.ts';
import { changePassword } from './passwords.ts';
import { endOtherSessions, endSession, listSessions, logIn, logOut, refresh } from './sessions.ts';
import { currentToken, issueToken, listTokens, revokeToken } from './tokens.ts';
import { authorizationServerMetadata, jwks, openidConfiguration } from './well-known.ts';

/**
 * The whole HTTP API, by operation id: the name of the call in clients that are generated from the OpenAPI document, so it stays. Tests
 * check that each call is served, and provoke each declared problem.
 */
export const operations = {
  register,
  me,
  updateMe,
  deleteMe,
  logIn,
  refresh,
  logOut,
  listSessions,
  endSession,
  endOtherSessions,
  changePassword,
  listActivity,
  reportUnrecognized,
  currentToken,
  issueToken,
  listTokens,
  revokeToken,
  introspect,
  revoke,
  jwks,
  openidConfiguration,
  authorizationServerMetadata,
  live,
  ready,
} as const satisfies Record<string, Endpoint>;

export const endpoints: readonly Endpoint[] = Object.values(operations);
