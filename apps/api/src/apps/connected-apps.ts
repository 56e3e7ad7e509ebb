import type { ConnectedApp } from '@latchkey/contract/apps';
import type { Database } from '../database/database.ts';
import type { RecordEvent } from '../events/record.ts';
import { problem } from '../problem.ts';
import type { Principal } from '../sessions/authenticate.ts';
import type { RecheckSession } from '../sessions/recheck-session.ts';
import type { SessionStore } from '../sessions/session-store.ts';
import type { AppStore } from './app-store.ts';
import type { ConsentStore } from './consent-store.ts';

type ListNeeds = { readonly apps: AppStore; readonly consents: ConsentStore; readonly sessions: SessionStore };

/** Lists the apps that the user is signed in to, and those that they have allowed something. */
export const listConnectedApps =
  ({ apps, consents, sessions }: ListNeeds) =>
  async ({ user }: Pick<Principal, 'user'>): Promise<ConnectedApp[]> => {
    const byId = new Map<string, ConnectedApp>();
    for (const { id, name, scopes } of await consents.list(user.id)) {
      byId.set(id, { id, name, scopes: [...scopes], isActive: false, lastUsedAt: null });
    }
    // The newest first.
    for (const { appId, scope, refreshedAt } of await sessions.listAppSessions(user.id)) {
      const app = byId.get(appId ?? '')?.isActive ? undefined : await apps.findById(appId ?? '');
      if (!app) continue;
      const scopes = byId.get(app.id)?.scopes ?? scope?.split(' ') ?? [];
      byId.set(app.id, { id: app.id, name: app.name, scopes, isActive: true, lastUsedAt: refreshedAt.toISOString() });
    }
    return [...byId.values()].toSorted((one, other) => one.name.localeCompare(other.name));
  };

type DisconnectNeeds = ListNeeds & {
  readonly recheckSession: RecheckSession;
  readonly record: RecordEvent;
  readonly transaction: Database['transaction'];
};

/** Ends what the user has signed in to with the app, and their consent. */
export const disconnectApp =
  ({ apps, consents, sessions, recheckSession, record, transaction }: DisconnectNeeds) =>
  (principal: Principal, appId: string): Promise<void> =>
    transaction(async (write) => {
      const { user, session, client } = principal;
      await recheckSession(write, principal);
      const app = await apps.findById(appId);
      const hadConsent = await consents.remove(write, user.id, appId);
      const ended = await sessions.endApp(write, appId, 'revoked', user.id);
      if (!app || (ended.length === 0 && !hadConsent)) throw problem('not_found', { thing: 'app' });
      const event = { kind: 'app_disconnected', detail: { name: app.name } } as const;
      await record(write, { ...event, userId: user.id, sessionId: session.id, client });
    });
