import { fileURLToPath } from 'node:url';
import { endpoints } from '@latchkey/contract/endpoints';
import { rates } from '@latchkey/contract/limits';
import cors from 'cors';
import express from 'express';
import type { Logger } from 'pino';
import { createAccountStore } from './accounts/account-store.ts';
import { accountRoutes } from './accounts/accounts.routes.ts';
import { deleteAccount, updateProfile } from './accounts/profile.ts';
import { register } from './accounts/register.ts';
import { activityRoutes } from './activity/activity.routes.ts';
import { disown } from './activity/disown.ts';
import { createEventStore } from './activity/event-store.ts';
import { listActivity } from './activity/list.ts';
import { recordEvent } from './activity/record.ts';
import { addSeconds, type Clock, type Sleep, systemClock, systemSleep } from './clock.ts';
import { type Config, tokenSecondsOf } from './config.ts';
import type { Database } from './database/database.ts';
import { docsRoutes } from './docs/docs.routes.ts';
import { healthRoutes } from './health/health.routes.ts';
import { createAttemptStore } from './http/attempt-store.ts';
import { createBudgets } from './http/budgets.ts';
import { findViewer } from './http/find-viewer.ts';
import { createLocalLimit } from './http/local-limit.ts';
import { noticeProxy } from './http/network.ts';
import { problemResponse } from './http/problem-response.ts';
import { createRateLimit, limitByNetwork } from './http/rate-limit.ts';
import { requestLog } from './http/request-log.ts';
import { securityHeaders } from './http/security-headers.ts';
import { createServe } from './http/serve.ts';
import { unknownPath } from './http/unknown-path.ts';
import { webApp, wholeFiles } from './http/web-app.ts';
import { introspect } from './oauth/introspect.ts';
import { oauthRoutes } from './oauth/oauth.routes.ts';
import { revoke } from './oauth/revoke.ts';
import { changePassword } from './passwords/change.ts';
import { confirmPassword } from './passwords/confirm.ts';
import { createPasswordHasher, type PasswordHasher } from './passwords/password-hasher.ts';
import { passwordRoutes } from './passwords/passwords.routes.ts';
import { endDevice, endOtherDevices, listDevices } from './sessions/devices.ts';
import { grantTokens } from './sessions/grant.ts';
import { logIn } from './sessions/log-in.ts';
import { logOut } from './sessions/log-out.ts';
import { openSession } from './sessions/open-session.ts';
import { refresh } from './sessions/refresh.ts';
import { createSessionCookie } from './sessions/session-cookie.ts';
import { createSessionStore } from './sessions/session-store.ts';
import { sessionRoutes } from './sessions/sessions.routes.ts';
import { createAccessTokens } from './tokens/access-token.ts';
import { createDeviceTokens } from './tokens/device-token.ts';
import { issueToken } from './tokens/issue.ts';
import { listNamedTokens, revokeNamedToken } from './tokens/named-tokens.ts';
import { createRefreshTokens } from './tokens/refresh-token.ts';
import { createRevocationFeed } from './tokens/revocation-feed.ts';
import { createRevocationStore } from './tokens/revocation-store.ts';
import { createSigningKeyStore } from './tokens/signing-key-store.ts';
import { loadSigningKeys } from './tokens/signing-keys.ts';
import { revocationFeedRoute, tokenRoutes } from './tokens/tokens.routes.ts';
import { wellKnownRoutes } from './well-known/well-known.routes.ts';

/** The same place seen from this source file and from the bundle. */
const webFolder = fileURLToPath(new URL('../../web/dist', import.meta.url));

/** How long a session that is over stays to be looked at: 30 days. */
const keptAfterEndSeconds = 30 * 86_400;

const hasherOf = ({ passwordHash: kind, bcryptCost }: Config): PasswordHasher =>
  createPasswordHasher({ kind, bcryptCost });

/** What a test replaces to decide when a time is over and when a hash is made. */
type Timing = { readonly sleep?: Sleep; readonly passwords?: PasswordHasher };

/**
 * Puts Latchkey together: stores → use cases → routes. All wiring is here, in plain code.
 * @returns the Express app, and how to let go of what it holds; database and logger stay the caller's
 */
export const createApp = async (
  config: Config,
  database: Database,
  logger: Logger,
  clock: Clock = systemClock,
  { sleep = systemSleep, passwords = hasherOf(config) }: Timing = {},
) => {
  const { transaction } = database;
  const { appSecrets, clockToleranceSeconds, sessionSeconds, publicUrl } = config;
  const tokenSeconds = tokenSecondsOf(config);
  const accounts = createAccountStore(database);
  const sessions = createSessionStore(database, tokenSeconds);
  const attempts = createAttemptStore(database);
  const signingKeys = createSigningKeyStore(database);
  const events = createEventStore(database);

  const keys = await loadSigningKeys({
    store: signingKeys,
    clock,
    algorithm: config.jwtAlgorithm,
    appSecrets,
    jwtSecret: config.jwtSecret,
    tokenSeconds,
  });
  const revocations = createRevocationStore(database);
  const feed = createRevocationFeed({ revocations, keys, clock, sleep, issuer: publicUrl });
  const accessTokens = createAccessTokens({
    keys,
    clock,
    issuer: publicUrl,
    audience: config.jwtAudience,
    lifeSeconds: config.accessTokenSeconds,
    clockToleranceSeconds,
  });
  const refreshTokens = createRefreshTokens({
    clock,
    issuer: publicUrl,
    appSecrets,
    idleSeconds: config.refreshTokenSeconds,
    sessionSeconds,
    clockToleranceSeconds,
  });
  const deviceTokens = createDeviceTokens({ clock, issuer: publicUrl, appSecrets, clockToleranceSeconds });
  const cookie = createSessionCookie({ publicUrl, clock });
  const rateLimit = createRateLimit({ attempts, transaction, clock, sleep, isOn: config.hasRateLimits });
  const localLimit = config.hasRateLimits ? createLocalLimit({ clock }) : () => {};
  const budgets = createBudgets({ attempts, clock, isOn: config.hasRateLimits });
  const record = recordEvent({ events, clock });
  const grant = grantTokens({ accessTokens, refreshTokens, deviceTokens });
  const open = openSession({ sessions, clock, sessionSeconds });
  const confirm = confirmPassword({ accounts, passwords, budgets, record, transaction });

  const app = express();
  app.enable('case sensitive routing');
  app.enable('strict routing');
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', config.trustedProxies);
  app.use(requestLog(logger), securityHeaders(publicUrl));
  if (config.trustedProxies === 0) app.use(noticeProxy(logger));
  if (config.corsOrigins.length > 0) {
    // Without credentials: another origin comes with a bearer token, never with the cookie.
    app.use(cors({ origin: config.corsOrigins, exposedHeaders: ['Retry-After', 'WWW-Authenticate', 'X-Request-Id'] }));
  }
  const serve = createServe(app, findViewer({ accessTokens, sessions, clock }), { rateLimit, localLimit });
  accountRoutes(serve, {
    register: register({
      accounts,
      passwords,
      openSession: open,
      grant,
      record,
      transaction,
      clock,
      isOpen: config.isRegistrationOpen,
    }),
    updateProfile: updateProfile({ accounts, budgets, record, transaction, clock }),
    deleteAccount: deleteAccount({ accounts, sessions, confirmPassword: confirm, transaction, clock }),
    cookie,
  });
  sessionRoutes(serve, {
    logIn: logIn({
      accounts,
      sessions,
      passwords,
      deviceTokens,
      openSession: open,
      grant,
      budgets,
      record,
      transaction,
      clock,
    }),
    refresh: refresh({ sessions, refreshTokens, grant, budgets, record, transaction, clock }),
    logOut: logOut({ sessions, accessTokens, refreshTokens, record, transaction, clock }),
    listDevices: listDevices({ sessions, clock }),
    endDevice: endDevice({ sessions, record, transaction, clock }),
    endOtherDevices: endOtherDevices({ sessions, record, transaction, clock }),
    cookie,
  });
  passwordRoutes(serve, {
    changePassword: changePassword({
      accounts,
      sessions,
      passwords,
      confirmPassword: confirm,
      openSession: open,
      grant,
      record,
      transaction,
      clock,
    }),
    refreshTokens,
    cookie,
  });
  activityRoutes(serve, {
    listActivity: listActivity({ events }),
    disown: disown({ accounts, events, sessions, record, transaction, clock }),
  });
  tokenRoutes(serve, {
    issueToken: issueToken({ accounts, sessions, accessTokens, budgets, record, transaction, clock }),
    listNamedTokens: listNamedTokens({ sessions, clock }),
    revokeNamedToken: revokeNamedToken({ sessions, record, transaction, clock }),
  });
  oauthRoutes(serve, {
    introspect: introspect({ sessions, accessTokens, clock }),
    revoke: revoke({ sessions, accessTokens, refreshTokens, record, transaction, clock }),
  });
  wellKnownRoutes(serve, { keys, issuer: publicUrl, algorithm: config.jwtAlgorithm });
  healthRoutes(serve, { probeDatabase: database.probe });

  // What is not in the contract has a rate, too, and so has what is not there at all.
  app.use('/api', limitByNetwork(localLimit, 'others', rates.reading));
  app.use(limitByNetwork(localLimit, 'pages', rates.pages));
  app.use(wholeFiles);
  revocationFeedRoute(app, feed);
  docsRoutes(app, endpoints, publicUrl);
  if (config.isProduction) app.use(webApp(webFolder));
  unknownPath(app, endpoints);
  app.use(problemResponse(logger));

  /** Removes what no longer serves anybody. */
  const tidy = (): Promise<void> =>
    transaction(async (write) => {
      await attempts.removeStale(write, clock());
      await sessions.removeStale(write, { before: addSeconds(clock(), -keptAfterEndSeconds), now: clock() });
    });

  return {
    app,
    tidy,
    /** Sees what another process has done with the keys. */
    reloadKeys: keys.reload,
    /** Lets go of requests that only wait. */
    release: feed.close,
    close: passwords.close,
  };
};
