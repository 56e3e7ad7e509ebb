import * as contract from '@latchkey/contract/health';
import type { Serve } from '../http/serve.ts';

type Needs = {
  /** Throws if the database does not answer. */
  readonly probeDatabase: () => Promise<void>;
};

export const healthRoutes = (serve: Serve, { probeDatabase }: Needs): void => {
  serve(contract.live, () => ({ status: 'ok' as const }));

  serve(contract.ready, async () => {
    await probeDatabase();
    return { status: 'ok' as const };
  });
};
