import { startAttempt } from '@latchkey/contract/identities';
import { useApi } from '../api/session.ts';
import { useAction } from '../api/use-action.ts';
import { keepReturnTarget } from './return-target.ts';

type Options = {
  readonly returnTo: string | null;
  readonly isLink?: boolean;
  readonly isAgain?: boolean;
};

/** Sends the browser to a provider, which sends it back to `ContinuePage`. */
export const useProvider = ({ returnTo, isLink = false, isAgain = false }: Options) => {
  const api = useApi();
  const { run, isPending, error } = useAction();
  const leave = (provider: string): Promise<void> =>
    run(async () => {
      keepReturnTarget(returnTo);
      const { location } = await api.call(startAttempt, { params: { provider }, body: { isLink, isAgain } });
      window.location.assign(location);
      // Until the browser has left.
      await new Promise((resolve) => window.addEventListener('pageshow', resolve, { once: true }));
    });
  return { leave, isPending, error };
};
