import * as contract from '@latchkey/contract/apps';
import type { Serve } from '../http/serve.ts';
import type { NeedsOf } from '../needs.ts';
import type { Principal } from '../sessions/authenticate.ts';
import { disconnectApp, listConnectedApps } from './connected-apps.ts';

export const appRoutes = (
  serve: Serve<Principal>,
  services: NeedsOf<typeof listConnectedApps | typeof disconnectApp>,
): void => {
  const does = { listConnectedApps: listConnectedApps(services), disconnectApp: disconnectApp(services) };

  serve(contract.listApps, async ({ principal }) => ({ apps: await does.listConnectedApps(principal) }));

  serve(contract.disconnectApp, async ({ principal, params }) => {
    await does.disconnectApp(principal, params.id);
    return undefined;
  });
};
