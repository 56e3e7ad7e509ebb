import { fileURLToPath } from 'node:url';
import { endpoints, operations } from '@latchkey/contract/endpoints';
import { rates } from '@latchkey/contract/limits';
import type { Permission } from '@latchkey/contract/permissions';
import express, { type Express, type Request } from 'express';
import type { Logger } from 'pino';
import { accountRoutes } from './accounts/accounts.routes.ts';
import { activityRoutes } from './activity/activity.routes.ts';
import { appRoutes } from './apps/apps.routes.ts';
import { warnIfBehindProxy } from './client/network.ts';
import type { Config } from './config.ts';
import { docsRoutes } from './docs/docs.routes.ts';
import { emailRoutes } from './emails/emails.routes.ts';
import { healthRoutes } from './health/health.routes.ts';
import { crossOrigin } from './http/cross-origin.ts';
import { problemResponse } from './http/problem-response.ts';
import { type RequestObservers, requestLog } from './http/request-log.ts';
import { securityHeaders } from './http/security-headers.ts';
import { createServe } from './http/serve.ts';
import { unknownPath } from './http/unknown-path.ts';
import { ignoreRangeHeader, webApp } from './http/web-app.ts';
import { identityRoutes } from './identities/identities.routes.ts';
import { limitByNetwork } from './limits/rate-limiter.ts';
import { oauthRoutes } from './oauth/oauth.routes.ts';
import { pageRoutes } from './oauth/page.routes.ts';
import { passwordRoutes } from './passwords/passwords.routes.ts';
import type { Services } from './services.ts';
import { authenticate, bearerToken, type Principal, requireUserSession } from './sessions/authenticate.ts';
import { authorize } from './sessions/authorize.ts';
import { sessionRoutes } from './sessions/sessions.routes.ts';
import { revocationFeedRoute, tokenRoutes } from './tokens/tokens.routes.ts';
import { wellKnownRoutes } from './well-known/well-known.routes.ts';

/** The same place, relative to this file and to the bundle. */
const webFolder = fileURLToPath(new URL('../../web/dist', import.meta.url));

/** The Express app: the middleware in order, then the routes of each feature. */
export const createApp = (
  config: Config,
  services: Services,
  logger: Logger,
  observers?: RequestObservers,
): Express => {
  const { publicUrl } = config;
  const app = express();
  app.enable('case sensitive routing');
  app.enable('strict routing');
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', config.trustedProxies);
  app.use(requestLog(logger, observers), securityHeaders(publicUrl));
  if (config.trustedProxies === 0) app.use(warnIfBehindProxy(logger));
  app.use(services.seenProxies.look);
  app.use(crossOrigin(config.corsOrigins));

  const authenticateRequest = authenticate(services);
  const authorizePrincipal = authorize(services);
  const authenticateSession = async (request: Request): Promise<Principal> => {
    const principal = await authenticateRequest(request, { access: 'session' });
    requireUserSession(principal);
    return principal;
  };
  /** Nobody, if the request has no access token. A wrong one is refused, so that the page refreshes it. */
  const findPrincipal = async (request: Request): Promise<Principal | undefined> =>
    bearerToken(request) === undefined ? undefined : authenticateSession(request);
  const requirePermission = async (request: Request, permission: Permission): Promise<void> => {
    const access = 'token';
    authorizePrincipal(await authenticateRequest(request, { access }), { access, permission });
  };
  const serve = createServe(app, { ...services, authenticate: authenticateRequest, authorize: authorizePrincipal });
  accountRoutes(serve, services);
  sessionRoutes(serve, services);
  passwordRoutes(serve, services);
  identityRoutes(serve, services);
  emailRoutes(serve, { ...services, authenticateSession });
  activityRoutes(serve, services);
  tokenRoutes(serve, services);
  appRoutes(serve, services);
  oauthRoutes(serve, { ...services, findPrincipal, requirePermission });
  wellKnownRoutes(serve, services);
  healthRoutes(serve, services);

  // Paths outside the contract have a rate limit, too, and so do unknown ones.
  app.use('/api', limitByNetwork(services.localLimit, 'others', rates.reading));
  app.use(limitByNetwork(services.localLimit, 'pages', rates.pages));
  app.use(ignoreRangeHeader);
  pageRoutes(app);
  revocationFeedRoute(app, services.revocationFeed);
  docsRoutes(app, operations, config);
  if (config.isProduction) app.use(webApp(webFolder, config));
  unknownPath(app, endpoints);
  app.use(problemResponse(logger, endpoints));
  return app;
};
