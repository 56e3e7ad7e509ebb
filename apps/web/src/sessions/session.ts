import { me } from '@latchkey/contract/accounts';
import { ProblemError } from '@latchkey/contract/client';
import type { User } from '@latchkey/contract/user';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, use } from 'react';
import type { Api } from '../api.ts';

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
  const queries = useQueryClient();
  return useQuery({
    queryKey: sessionKey,
    staleTime: 30_000,
    queryFn: async (): Promise<User | null> => {
      if (!queries.getQueryData(sessionKey)) return api.resume();
      try {
        return await api.call(me);
      } catch (error) {
        // The refresh that `call` tried has said so, too: this session is over.
        if (error instanceof ProblemError && error.problem.status === 401) return null;
        throw error;
      }
    },
  });
};

/** Tells the whole page who is signed in now. */
export const useSetSession = (): ((user: User | null) => void) => {
  const queries = useQueryClient();
  return (user) => {
    if (!user) queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionKey[0] });
    queries.setQueryData(sessionKey, user);
  };
};
