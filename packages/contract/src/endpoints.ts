import { deleteMe, me, register, updateMe } from './accounts.ts';
import { disown, listActivity } from './activity.ts';
import type { Endpoint } from './endpoint.ts';
import { live, ready } from './health.ts';
import { introspect, revoke } from './oauth.ts';
import { changePassword } from './passwords.ts';
import { endOtherSessions, endSession, listSessions, logIn, logOut, refresh } from './sessions.ts';
import { currentToken, issueToken, listTokens, revokeToken } from './tokens.ts';
import { authorizationServerMetadata, jwks, openidConfiguration } from './well-known.ts';

/** The whole HTTP API. A test holds that each of these is served, and each declared problem provoked. */
export const endpoints: readonly Endpoint[] = [
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
  disown,
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
];
