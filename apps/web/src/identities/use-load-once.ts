import { useState } from 'react';
import { useLoad } from '../api/use-load.ts';

/** `useLoad` for a call that works once: React runs the effects of a page twice in development. */
export const useLoadOnce = <Data>(load: () => Promise<Data>) => {
  const [once] = useState(() => {
    let run: Promise<Data> | undefined;
    return () => {
      run ??= load();
      return run;
    };
  });
  return useLoad(once);
};
