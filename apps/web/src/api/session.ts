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

/** The signed-in user, or null. Loads once, and again when the window gets the focus. */
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
        // `call` has already tried a refresh, so a 401 means that the session has ended.
        if (!(error instanceof ProblemError && error.problem.status === 401)) throw error;
      }
      // Another tab has sent a newer user since the request began.
      return api.user();
    },
  });
};

/** Sets the signed-in user for the whole page, and drops the data of any other user. */
export const setSessionUser = (queries: QueryClient, user: User | null): void => {
  if (queries.getQueryData<User | null>(sessionKey)?.id !== user?.id) {
    queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionKey[0] });
  }
  queries.setQueryData(sessionKey, user);
};

/** For updating the page after the user changes their account. */
export const useSetSessionUser = (): ((user: User) => void) => {
  const queries = useQueryClient();
  return (user) => setSessionUser(queries, user);
};
