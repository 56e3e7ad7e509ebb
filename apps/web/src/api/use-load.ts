import { useCallback, useEffect, useRef, useState } from 'react';

type State<Data> = { readonly data?: Data; readonly error?: unknown };

/** Loads data for a page when the page opens. After an error, the previous data stays. */
export const useLoad = <Data>(load: () => Promise<Data>) => {
  const [state, setState] = useState<State<Data>>({});
  const latest = useRef(load);
  latest.current = load;
  const runs = useRef(0);
  const reload = useCallback(async (): Promise<void> => {
    const run = ++runs.current;
    setState(({ data }) => (data === undefined ? {} : { data }));
    const next = await latest.current().then(
      (data) => ({ data }),
      (error: unknown) => ({ error }),
    );
    // A later reload has newer data.
    if (run === runs.current) setState((previous) => ('data' in next ? next : { ...previous, ...next }));
  }, []);
  useEffect(() => {
    reload();
  }, [reload]);
  return { ...state, reload };
};

/** Calls `run` when the user returns to the tab, or the browser gets a connection. */
export const useOnReturn = (run: () => Promise<void>): void => {
  useEffect(() => {
    const onVisible = () => document.visibilityState === 'visible' && run();
    document.addEventListener('visibilitychange', onVisible);
    window.addEventListener('online', run);
    return () => {
      document.removeEventListener('visibilitychange', onVisible);
      window.removeEventListener('online', run);
    };
  }, [run]);
};
