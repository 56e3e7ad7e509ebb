import { createHash } from 'node:crypto';
import type { AccountStore } from '../accounts/account-store.ts';
import type { App } from '../apps/app-store.ts';
import type { ClientInfo } from '../client/client-info.ts';
import { addSeconds, type Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import type { RecordEvent } from '../events/record.ts';
import { Problem } from '../problem.ts';
import type { OpenSession } from '../sessions/open-session.ts';
import type { SessionStore } from '../sessions/session-store.ts';
import type { CodeStore } from './code-store.ts';
import type { IssueAppTokens } from './issue-app-tokens.ts';

type Needs = {
  readonly accounts: AccountStore;
  readonly sessions: SessionStore;
  readonly codes: CodeStore;
  readonly openSession: OpenSession;
  readonly issueAppTokens: IssueAppTokens;
  readonly record: RecordEvent;
  readonly transaction: Database['transaction'];
  readonly clock: Clock;
  readonly accessTokenSeconds: number;
};

type Grant = {
  readonly code?: string | undefined;
  readonly redirect_uri?: string | undefined;
  readonly code_verifier?: string | undefined;
};

/** The same answer for every reason. */
export const invalidGrant = (): Problem =>
  new Problem('invalid_grant', 'The code or refresh token is wrong, expired, used before, or belongs to another app.');

/** RFC 7636 §4.6. */
const fits = (verifier: string, challenge: string): boolean =>
  /^[\w.~-]{43,128}$/.test(verifier) && createHash('sha256').update(verifier).digest('base64url') === challenge;

/**
 * Exchanges an authorization code for tokens. The session that it opens belongs to the session of the browser, and ends with it. A
 * code that is presented again ends what it gave (RFC 6749 §4.1.2).
 */
export const redeemCode = (needs: Needs) => {
  const { accounts, sessions, codes, openSession, issueAppTokens, record, transaction, clock } = needs;
  return async (app: App, { code = '', redirect_uri, code_verifier = '' }: Grant, client: ClientInfo) => {
    const found = await codes.find(code);
    // A wrong verifier neither consumes the code nor ends anything: its sender is not the app.
    if (found?.appId !== app.id || found.redirectUri !== redirect_uri || !fits(code_verifier, found.codeChallenge))
      throw invalidGrant();
    const { userId, parentId, scope, authenticatedAt, methods } = found;

    const opened = await transaction(async (write) => {
      const account = await accounts.lockEnabled(write, userId);
      const parent = account && (await sessions.lockIfLive(write, parentId));
      if (!parent) return undefined;
      const now = clock();
      // Without a refresh token the session is not needed for longer than its access token.
      const end = scope.split(' ').includes('offline_access')
        ? parent.expiresAt
        : addSeconds(now, needs.accessTokenSeconds);
      const hadBefore = await sessions.hasAppSession(userId, parentId, app.id);
      const session = await openSession(write, userId, {
        kind: 'app',
        appId: app.id,
        parentId,
        audience: app.audience,
        scope,
        authenticatedAt,
        methods,
        createdAt: now,
        refreshedAt: now,
        expiresAt: new Date(Math.min(end.getTime(), parent.expiresAt.getTime())),
        userAgent: parent.userAgent,
        address: client.address,
      });
      // Last of the guarded statements: if another request was first, nothing of this one stays.
      if (!(await codes.consume(write, found.hash, session.id, now))) throw invalidGrant();
      // Once for each browser: an app may ask for a code with every page.
      const event = { userId, kind: 'app_authorized', detail: { name: app.name } } as const;
      if (!hadBefore) await record(write, { ...event, sessionId: parentId, client: parent });
      return { session, account };
    }).catch(async (error) => {
      const used = await codes.find(code);
      if (used?.usedAt && used.sessionId) {
        const sid = used.sessionId;
        await transaction((write) => sessions.end(write, { sid }, 'revoked'));
      }
      throw error;
    });
    if (!opened) throw invalidGrant();
    return issueAppTokens(opened.session, opened.account, opened.session.createdAt, found.nonce);
  };
};
