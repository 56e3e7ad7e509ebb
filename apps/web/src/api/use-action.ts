import { useState } from 'react';

type State = { readonly isPending: boolean; readonly error?: unknown };
const idle: State = { isPending: false };

/** Runs the action of a button once at a time, and keeps its error. */
export const useAction = () => {
  const [state, setState] = useState(idle);
  const run = async (action: () => Promise<unknown>): Promise<void> => {
    if (state.isPending) return;
    setState({ isPending: true });
    await action().then(
      () => setState(idle),
      (error: unknown) => setState({ isPending: false, error }),
    );
  };
  return { ...state, run, reset: () => setState(idle) };
};
