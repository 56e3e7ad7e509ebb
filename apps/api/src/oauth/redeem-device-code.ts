import type { AccountStore } from '../accounts/account-store.ts';
import type { App } from '../apps/app-store.ts';
import type { ClientInfo } from '../client/client-info.ts';
import { addSeconds, type Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import type { RecordEvent } from '../events/record.ts';
import { Problem } from '../problem.ts';
import type { OpenSession } from '../sessions/open-session.ts';
import type { DeviceStore } from './device-store.ts';
import type { IssueAppTokens } from './issue-app-tokens.ts';
import { invalidGrant } from './redeem-code.ts';

type Needs = {
  readonly accounts: AccountStore;
  readonly devices: DeviceStore;
  readonly openSession: OpenSession;
  readonly issueAppTokens: IssueAppTokens;
  readonly record: RecordEvent;
  readonly transaction: Database['transaction'];
  readonly clock: Clock;
  readonly sessionSeconds: number;
  readonly accessTokenSeconds: number;
};

/**
 * Exchanges a device code for tokens, when the user has allowed it (RFC 8628 §3.5). The session belongs to no browser, so signing
 * out there does not end it; changing the password does.
 */
export const redeemDeviceCode = (needs: Needs) => {
  const { accounts, devices, openSession, issueAppTokens, record, transaction, clock } = needs;
  return async (app: App, deviceCode: string, client: ClientInfo) => {
    const found = await devices.findByDeviceCode(deviceCode);
    if (found?.appId !== app.id) throw invalidGrant();
    if (!(await transaction((write) => devices.poll(write, found, clock()))))
      throw new Problem('slow_down', 'Wait five seconds between two requests.');
    if (found.expiresAt <= clock()) throw new Problem('expired_token', 'The device code has expired. Begin again.');
    const { userId, isAllowed, scope } = found;
    if (userId === null) throw new Problem('authorization_pending', 'The user has not entered the code yet.');
    if (!isAllowed) throw new Problem('access_denied', 'The user refused.');
    const { session, account } = await transaction(async (write) => {
      const account = await accounts.lockEnabled(write, userId);
      if (!account || !(await devices.consume(write, found))) throw invalidGrant();
      const now = clock();
      const isLong = scope.split(' ').includes('offline_access');
      const session = await openSession(write, userId, {
        kind: 'app',
        appId: app.id,
        audience: app.audience,
        scope,
        authenticatedAt: found.authenticatedAt ?? now,
        methods: found.methods ?? [],
        expiresAt: addSeconds(now, isLong ? needs.sessionSeconds : needs.accessTokenSeconds),
        userAgent: client.userAgent,
        address: client.address,
      });
      const event = { kind: 'app_authorized', detail: { name: app.name } } as const;
      await record(write, { ...event, userId, sessionId: session.id, client });
      return { session, account };
    });
    return issueAppTokens(session, account, session.createdAt);
  };
};
