import * as contract from '@latchkey/contract/activity';
import type { Serve } from '../http/serve.ts';
import type { NeedsOf } from '../needs.ts';
import type { Principal } from '../sessions/authenticate.ts';
import { listActivity } from './list-activity.ts';
import { reportUnrecognized } from './report-unrecognized.ts';

type Needs = NeedsOf<typeof listActivity | typeof reportUnrecognized>;

export const activityRoutes = (serve: Serve<Principal>, services: Needs): void => {
  const does = { listActivity: listActivity(services), reportUnrecognized: reportUnrecognized(services) };

  serve(contract.listActivity, async ({ principal, query: { before } }) => ({
    events: await does.listActivity(principal, before === undefined ? undefined : Number(before)),
  }));

  serve(contract.reportUnrecognized, async ({ principal, body }) => {
    await does.reportUnrecognized(principal, body.number);
    return undefined;
  });
};
