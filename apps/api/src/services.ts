import { availableParallelism } from 'node:os';
import { createAccountStore } from './accounts/account-store.ts';
import { requireOpen } from './accounts/closed-account.ts';
import { createPersonalDataStore } from './accounts/personal-data-store.ts';
import { showUser } from './accounts/profile.ts';
import { createRegistration } from './accounts/registration.ts';
import { createReservedUsernames } from './accounts/reserved-usernames.ts';
import { requestNotice } from './activity/request-notice.ts';
import { standardScopes } from './apps/add-app.ts';
import { hasHash } from './apps/app-secret.ts';
import { createAppStore } from './apps/app-store.ts';
import { createConsentStore } from './apps/consent-store.ts';
import { isRegistered } from './apps/redirect-uri.ts';
import { createSeenProxies } from './client/seen-proxies.ts';
import { type Clock, type Sleep, systemSleep } from './clock.ts';
import { type Config, tokenSecondsOf } from './config.ts';
import type { Database } from './database/database.ts';
import { freeBytesOf } from './database/free-bytes.ts';
import { createMarkStore } from './database/mark-store.ts';
import { purgeExpired } from './database/purge-expired.ts';
import { requestVerification } from './emails/request-verification.ts';
import { requireVerifiedEmail } from './emails/require-verified-email.ts';
import { createEventStore } from './events/event-store.ts';
import { recordEvent } from './events/record.ts';
import { createPasswordHasher, type PasswordHasher } from './hashing/password-hasher.ts';
import { createPasswordStore } from './hashing/password-store.ts';
import { createAttemptCookie } from './identities/attempt-cookie.ts';
import { createAttemptStore } from './identities/attempt-store.ts';
import { findOwner } from './identities/find-owner.ts';
import { createIdentityStore } from './identities/identity-store.ts';
import { createProviders } from './identities/providers.ts';
import { rememberSecret } from './keys/secret-age.ts';
import { createSigningKeyStore } from './keys/signing-key-store.ts';
import { createSigningKeys } from './keys/signing-keys.ts';
import { createGuessLimits } from './limits/guess-limits.ts';
import { createLimitStore } from './limits/limit-store.ts';
import { createLocalLimiter } from './limits/local-limiter.ts';
import { createRateLimiter } from './limits/rate-limiter.ts';
import { composeMessage } from './mail/compose-message.ts';
import { deliverMessages } from './mail/deliver-messages.ts';
import { createMessageStore } from './mail/message-store.ts';
import { createOutbox } from './mail/outbox.ts';
import { sendTestMessage } from './mail/send-test-message.ts';
import { createSmtpTransport } from './mail/smtp-transport.ts';
import { createMetricStore } from './metrics/metric-store.ts';
import { createReadings } from './metrics/readings.ts';
import { createAssertionStore } from './oauth/assertion-store.ts';
import { createCodeStore } from './oauth/code-store.ts';
import { deliverLogouts } from './oauth/deliver-logouts.ts';
import { createDeviceStore } from './oauth/device-store.ts';
import { findAssertingApp } from './oauth/find-asserting-app.ts';
import { grantClientCredentials } from './oauth/grant-client-credentials.ts';
import { issueAppTokens } from './oauth/issue-app-tokens.ts';
import { createLogoutNoticeStore } from './oauth/logout-notice-store.ts';
import { redeemCode } from './oauth/redeem-code.ts';
import { redeemDeviceCode } from './oauth/redeem-device-code.ts';
import { confirmPassword } from './passwords/confirm.ts';
import { recheckPassword } from './passwords/recheck-password.ts';
import { replaceLostPassword } from './passwords/replace-lost-password.ts';
import { requestReset } from './passwords/request-reset.ts';
import { createAccessTokens } from './sessions/access-token.ts';
import { completeSignIn } from './sessions/complete-sign-in.ts';
import { createDeviceTokens } from './sessions/device-token.ts';
import { endByToken } from './sessions/end-by-token.ts';
import { issueTokens } from './sessions/issue-tokens.ts';
import { openSession } from './sessions/open-session.ts';
import { recheckSession } from './sessions/recheck-session.ts';
import { refresh } from './sessions/refresh.ts';
import { createRefreshTokens } from './sessions/refresh-token.ts';
import { createSessionCookie } from './sessions/session-cookie.ts';
import { createSessionStore } from './sessions/session-store.ts';
import { createRevocationFeed } from './tokens/revocation-feed.ts';
import { createRevocationStore } from './tokens/revocation-store.ts';
import { findLinkSecrets } from './verifications/find-link-secrets.ts';
import { postUndo } from './verifications/post-undo.ts';
import { createVerificationStore } from './verifications/verification-store.ts';
import { createVerificationTokens } from './verifications/verification-tokens.ts';

/** The processes share the cores: each has its part of the hash threads. */
export const hasherOf = ({ passwordHash: kind, bcryptCost, appName, processes }: Config): PasswordHasher =>
  createPasswordHasher({ kind, bcryptCost, appName }, Math.max(1, Math.floor(availableParallelism() / processes)));

/** A test replaces these to control time and hashing. */
type Timing = { readonly sleep?: Sleep; readonly hasher?: PasswordHasher };

/**
 * Builds every store and every shared use case once, for the server, the commands, the tests and the benchmarks. A use case takes
 * the whole bag and declares the members that it needs.
 *
 * Reads nothing: call `keys.reload()` before the first token is signed or verified. The caller closes the database;
 * `hasher.close()` ends the hash threads, `revocationFeed.close()` the waiting requests.
 */
export const createServices = (
  config: Config,
  database: Database,
  clock: Clock,
  { sleep = systemSleep, hasher = hasherOf(config) }: Timing = {},
) => {
  const { publicUrl: issuer, appSecrets, clockToleranceSeconds, sessionSeconds, hasRateLimits: isOn } = config;
  const { transaction } = database;
  const tokenSeconds = tokenSecondsOf(config);
  const shared = {
    clock,
    sleep,
    transaction,
    issuer,
    appSecrets,
    clockToleranceSeconds,
    sessionSeconds,
    tokenSeconds,
    isOn,
  };

  const verificationTokens = createVerificationTokens(config);
  const stores = {
    accounts: createAccountStore(database),
    passwords: createPasswordStore(database),
    sessions: createSessionStore(database, shared),
    rateLimits: createLimitStore(database),
    events: createEventStore(database),
    revocations: createRevocationStore(database),
    signingKeys: createSigningKeyStore(database),
    verifications: createVerificationStore(database, { verificationTokens }),
    messages: createMessageStore(database),
    apps: createAppStore(database),
    consents: createConsentStore(database),
    codes: createCodeStore(database),
    devices: createDeviceStore(database),
    assertions: createAssertionStore(database),
    logoutNotices: createLogoutNoticeStore(database),
    identities: createIdentityStore(database),
    attempts: createAttemptStore(database),
    marks: createMarkStore(database),
    personalData: createPersonalDataStore(database),
    metrics: createMetricStore(database, { clock, sleep }),
  };
  const { rateLimits } = stores;

  const keys = createSigningKeys({
    ...shared,
    store: stores.signingKeys,
    algorithm: config.jwtAlgorithm,
    jwtSecret: config.jwtSecret,
  });
  const tokens = {
    keys,
    accessTokens: createAccessTokens({
      ...shared,
      keys,
      audience: config.jwtAudience,
      lifeSeconds: config.accessTokenSeconds,
    }),
    refreshTokens: createRefreshTokens({ ...shared, idleSeconds: config.refreshTokenSeconds }),
    appRefreshTokens: createRefreshTokens({ ...shared, idleSeconds: config.refreshTokenSeconds }, 'app'),
    deviceTokens: createDeviceTokens(shared),
    revocationFeed: createRevocationFeed({ ...shared, ...stores, keys }),
  };
  const outbox = createOutbox({ ...shared, ...stores, isMailConfigured: config.hasMail });
  const tools = {
    hasher,
    rateLimit: createRateLimiter({ ...shared, rateLimits }),
    localLimit: isOn ? createLocalLimiter({ clock }) : () => {},
    guessLimits: createGuessLimits({ ...shared, rateLimits }),
    record: recordEvent({ ...stores, outbox, clock }),
  };
  const base = {
    ...shared,
    ...stores,
    ...tokens,
    ...tools,
    verificationTokens,
    outbox,
    recheckSession: recheckSession(stores),
  };
  const signInRequirements = config.isVerifiedEmailRequired ? [requireVerifiedEmail(base)] : [];
  const needs = { ...base, openSession: openSession(base), signInRequirements };
  const { accessTokenSeconds, isProduction } = config;
  const isReservedUsername = createReservedUsernames(config.reservedUsernames);
  const appTokens = issueAppTokens(needs);
  const grantNeeds = { ...needs, accessTokenSeconds, issueAppTokens: appTokens };
  const { smtpUrl: url, mailFrom: from } = config;
  const seenProxies = createSeenProxies(needs);
  const transport = url === undefined ? undefined : createSmtpTransport({ url, from });

  return {
    ...needs,
    probeDatabase: database.probe,
    freeBytes: freeBytesOf(config.databaseUrl),
    readings: createReadings({ ...needs, connections: database.connections }),
    seenProxies,
    trustedProxies: config.trustedProxies,
    appName: config.appName,
    jwtAlgorithm: config.jwtAlgorithm,
    isReservedUsername,
    registration: createRegistration({
      ...stores,
      isRegistrationOpen: config.isRegistrationOpen,
      isReservedUsername,
    }),
    requireOpen,
    cookie: createSessionCookie(config, clock),
    attemptCookie: createAttemptCookie(config),
    providers: createProviders(config.providers, shared),
    findOwner: findOwner(needs),
    confirmPassword: confirmPassword(needs),
    recheckPassword: recheckPassword(needs),
    replaceLostPassword: replaceLostPassword(needs),
    postUndo: postUndo(needs),
    showUser: showUser(needs),
    completeSignIn: completeSignIn(needs),
    isProduction,
    standardScopes,
    hasHash,
    isRegisteredUri: isRegistered,
    redeemCode: redeemCode(grantNeeds),
    redeemDeviceCode: redeemDeviceCode(grantNeeds),
    grantClientCredentials: grantClientCredentials(grantNeeds),
    findAssertingApp: findAssertingApp(needs),
    refreshApp: refresh({ ...needs, refreshTokens: needs.appRefreshTokens, issueTokens: appTokens }),
    issueTokens: issueTokens(needs),
    endByToken: endByToken(needs),

    sendTestMessage: sendTestMessage({ transport, sender: config }),
    closeMail: () => transport?.close(),

    /** The periodic jobs of a running server (`runJobs`). */
    jobs: {
      reloadKeys: { everySeconds: 1, run: keys.reload },
      ...(transport && {
        deliverMessages: {
          everySeconds: 1,
          run: deliverMessages({
            ...needs,
            transport,
            requests: {
              verification_requested: requestVerification(needs),
              reset_requested: requestReset(needs),
              notice_requested: requestNotice(needs),
            },
            render: composeMessage({ findLinkSecrets: findLinkSecrets(needs), sender: config }),
          }),
        },
      }),
      deliverLogouts: { everySeconds: 1, run: deliverLogouts(needs) },
      rememberSecret: { everySeconds: 60, run: rememberSecret(needs) },
      saveSeenProxies: { everySeconds: 60, run: seenProxies.save },
      purgeExpired: { everySeconds: 3600, run: () => purgeExpired(database, clock()) },
    },
  };
};

export type Services = ReturnType<typeof createServices>;
