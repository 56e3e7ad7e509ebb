import * as contract from '@latchkey/contract/health';
import type { Serve } from '../http/serve.ts';

type Needs = {
  /** Throws where the database does not answer. */
  readonly askDatabase: () => Promise<unknown>;
};

export const healthRoutes = (serve: Serve, { askDatabase }: Needs): void => {
  serve(contract.live, () => ({ status: 'ok' as const }));

  serve(contract.ready, async () => {
    await askDatabase();
    return { status: 'ok' as const };
  });
};
