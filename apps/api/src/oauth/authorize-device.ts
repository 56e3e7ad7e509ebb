import { pages } from '@latchkey/contract/pages';
import type { App, AppStore } from '../apps/app-store.ts';
import type { ConsentStore } from '../apps/consent-store.ts';
import type { Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import type { GuessLimits } from '../limits/guess-limits.ts';
import { Problem, problem } from '../problem.ts';
import type { Principal } from '../sessions/authenticate.ts';
import type { RecheckSession } from '../sessions/recheck-session.ts';
import { type DeviceStore, deviceSeconds, pollSeconds } from './device-store.ts';
import { scopesOf } from './scopes.ts';

type StartNeeds = {
  readonly devices: DeviceStore;
  readonly standardScopes: readonly string[];
  readonly transaction: Database['transaction'];
  readonly clock: Clock;
  readonly issuer: string;
};

/** Begins the sign-in of a device (RFC 8628 §3.1). */
export const authorizeDevice =
  ({ devices, standardScopes, transaction, clock, issuer }: StartNeeds) =>
  async (app: App, scope: string) => {
    if (!app.isDevice)
      throw new Problem('unauthorized_client', 'This app may not use the device flow; see pnpm apps add --help.');
    const asked = scopesOf(scope, [...standardScopes, ...app.scopes]);
    const opened = await transaction((write) => devices.open(write, app.id, asked.join(' '), clock()));
    const verification_uri = `${issuer}${pages.device}`;
    const user_code = `${opened.userCode.slice(0, 4)}-${opened.userCode.slice(4)}`;
    return {
      device_code: opened.deviceCode,
      user_code,
      verification_uri,
      // In the fragment, which no log has.
      verification_uri_complete: `${verification_uri}#code=${user_code}`,
      expires_in: deviceSeconds,
      interval: pollSeconds,
    };
  };

type DecideNeeds = {
  readonly apps: AppStore;
  readonly devices: DeviceStore;
  readonly consents: ConsentStore;
  readonly guessLimits: GuessLimits;
  readonly recheckSession: RecheckSession;
  readonly transaction: Database['transaction'];
  readonly clock: Clock;
};

/** Shows what a device asks for, and stores what the user decides. */
export const decideDevice =
  ({ apps, devices, consents, guessLimits, recheckSession, transaction, clock }: DecideNeeds) =>
  async (principal: Principal, userCode: string, isAllowed: boolean | undefined) => {
    const { user, session } = principal;
    await transaction((write) => guessLimits.consume(write, [['device-codes:account', user.id]]));
    const found = await devices.findByUserCode(userCode, clock());
    const app = found && (await apps.findById(found.appId));
    if (!app) throw problem('device_code_unknown');
    const scopes = found.scope.split(' ').filter((one) => one !== '');
    if (isAllowed !== undefined) {
      await transaction(async (write) => {
        await recheckSession(write, principal);
        const { authenticatedAt, methods } = session;
        const decision = { userId: user.id, isAllowed, authenticatedAt, methods };
        if (!(await devices.decide(write, userCode, decision, clock()))) throw problem('device_code_unknown');
        if (!isAllowed || !app.isThirdParty) return;
        const before = await consents.findScopes(user.id, app.id);
        await consents.put(write, user.id, app.id, [...new Set([...before, ...scopes])], clock());
      });
    }
    return { app: app.name, scopes };
  };
