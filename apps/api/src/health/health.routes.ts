import * as contract from '@latchkey/contract/health';
import type { Serve } from '../http/serve.ts';
import type { NeedsOf } from '../needs.ts';
import { createReadiness } from './readiness.ts';

export const healthRoutes = (serve: Serve, services: NeedsOf<typeof createReadiness>): void => {
  const readiness = createReadiness(services);

  serve(contract.live, () => ({ status: 'ok' as const }));

  serve(contract.ready, readiness);
};
