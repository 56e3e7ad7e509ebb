import type { AccountStore } from '../accounts/account-store.ts';
import type { App } from '../apps/app-store.ts';
import type { ClientInfo } from '../client/client-info.ts';
import { addSeconds, type Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import { Problem } from '../problem.ts';
import type { OpenSession } from '../sessions/open-session.ts';
import type { SessionStore } from '../sessions/session-store.ts';
import type { IssueAppTokens } from './issue-app-tokens.ts';
import { scopesOf } from './scopes.ts';

type Needs = {
  readonly accounts: AccountStore;
  readonly sessions: SessionStore;
  readonly openSession: OpenSession;
  readonly issueAppTokens: IssueAppTokens;
  readonly transaction: Database['transaction'];
  readonly clock: Clock;
  readonly accessTokenSeconds: number;
};

const aDay = 86_400;

/**
 * Gives an app tokens for itself (RFC 6749 §4.4): those of its service account, so that services, roles and the revocation feed work as
 * for any user. Tokens of a day share one session.
 */
export const grantClientCredentials = (needs: Needs) => {
  const { accounts, sessions, openSession, issueAppTokens, transaction, clock, accessTokenSeconds } = needs;
  return async (app: App, scope: string, client: ClientInfo) => {
    const { serviceUserId } = app;
    if (!app.isConfidential || serviceUserId === null)
      throw new Problem('unauthorized_client', 'This app has no service account; see pnpm apps add --help.');
    const asked = scopesOf(scope, app.scopes);
    const granted = (asked.length > 0 ? asked : app.scopes).join(' ');
    const { session, account, signedAt } = await transaction(async (write) => {
      const account = await accounts.lockEnabled(write, serviceUserId);
      if (!account) throw new Problem('unauthorized_client', 'The service account of this app is disabled.');
      const signedAt = clock();
      const until = addSeconds(signedAt, accessTokenSeconds);
      const current = await sessions.findServiceSession(write, account.id, app.id, granted, until);
      if (current) return { session: current, account, signedAt };
      const session = await openSession(write, account.id, {
        kind: 'app',
        appId: app.id,
        audience: app.audience,
        scope: granted,
        methods: [],
        expiresAt: addSeconds(signedAt, Math.max(aDay, 2 * accessTokenSeconds)),
        address: client.address,
      });
      return { session, account, signedAt };
    });
    return issueAppTokens(session, account, signedAt);
  };
};
