import type { User } from '@latchkey/contract/user';
import { createContext, use, useSyncExternalStore } from 'react';
import type { Api } from './api.ts';
import type { Session } from './session-store.ts';

export const ApiContext = createContext<Api | undefined>(undefined);

export const useApi = (): Api => {
  const api = use(ApiContext);
  if (!api) throw new Error('useApi is used outside ApiContext');
  return api;
};

export const useSession = (): Session => {
  const { session } = useApi();
  return useSyncExternalStore(session.subscribe, session.get);
};

/** The signed-in user. */
export const useUser = (): User | undefined => {
  const session = useSession();
  return session.status === 'signed_in' ? session.signedIn.user : undefined;
};
