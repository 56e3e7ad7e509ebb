import { me } from '@latchkey/contract/accounts';
import { ProblemError } from '@latchkey/contract/client';
import type { User } from '@latchkey/contract/user';
import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, use } from 'react';
import type { Api } from './api.ts';

export const ApiContext = createContext<Api | undefined>(undefined);

export const useApi = (): Api => {
  const api = use(ApiContext);
  if (!api) throw new Error('useApi is used outside ApiContext');
  return api;
};

const sessionKey = ['session'];

/** The signed-in person, or null for a stranger. Loads once, and looks again when the window is focused. */
export const useSession = () => {
  const api = useApi();
  return useQuery({
    queryKey: sessionKey,
    staleTime: 30_000,
    queryFn: async (): Promise<User | null> => {
      if (!api.user()) return api.resume();
      try {
        const user = await api.call(me);
        if (user.id === api.user()?.id) return user;
      } catch (error) {
        // The refresh that `call` tried has said so, too: this session is over.
        if (!(error instanceof ProblemError && error.problem.status === 401)) throw error;
      }
      // The answer is older than what another tab has told of since.
      return api.user();
    },
  });
};

/** Tells the whole page who is signed in now; what was loaded for another person is dropped. */
export const showUser = (queries: QueryClient, user: User | null): void => {
  if (queries.getQueryData<User | null>(sessionKey)?.id !== user?.id) {
    queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionKey[0] });
  }
  queries.setQueryData(sessionKey, user);
};

/** For whoever has changed their own account. */
export const useShowUser = (): ((user: User) => void) => {
  const queries = useQueryClient();
  return (user) => showUser(queries, user);
};
