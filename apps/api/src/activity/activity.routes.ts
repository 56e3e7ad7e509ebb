import * as contract from '@latchkey/contract/activity';
import type { Serve } from '../http/serve.ts';
import type { NeedsOf } from '../needs.ts';
import { disown } from './disown.ts';
import { listActivity } from './list.ts';

type Needs = NeedsOf<typeof listActivity | typeof disown>;

export const activityRoutes = (serve: Serve, services: Needs): void => {
  const does = { listActivity: listActivity(services), disown: disown(services) };

  serve(contract.listActivity, async ({ viewer, query: { before } }) => ({
    events: await does.listActivity(viewer, before === undefined ? undefined : Number(before)),
  }));

  serve(contract.disown, async ({ viewer, body }) => {
    await does.disown(viewer, body.number);
    return undefined;
  });
};
