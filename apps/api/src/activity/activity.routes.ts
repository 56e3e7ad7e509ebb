import * as contract from '@latchkey/contract/activity';
import type { Serve } from '../http/serve.ts';
import type { disown } from './disown.ts';
import type { listActivity } from './list.ts';

type Needs = {
  readonly listActivity: ReturnType<typeof listActivity>;
  readonly disown: ReturnType<typeof disown>;
};

export const activityRoutes = (serve: Serve, { listActivity, disown }: Needs): void => {
  serve(contract.listActivity, async ({ viewer, query: { before } }) => ({
    events: await listActivity(viewer, before === undefined ? undefined : Number(before)),
  }));

  serve(contract.disown, async ({ viewer, body }) => {
    await disown(viewer, body.number);
    return undefined;
  });
};
