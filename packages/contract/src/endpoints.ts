import { deleteMe, me, register, updateMe } from './accounts.ts';
import type { Endpoint } from './endpoint.ts';
import { live, ready } from './health.ts';
import { changePassword } from './passwords.ts';
import { logIn, logOut, refresh } from './sessions.ts';
import { currentToken } from './tokens.ts';

/** The whole HTTP API. A test holds that each of these is served, and each declared problem provoked. */
export const endpoints: readonly Endpoint[] = [
  register,
  me,
  updateMe,
  deleteMe,
  logIn,
  refresh,
  logOut,
  changePassword,
  currentToken,
  live,
  ready,
];
