import type { ReactNode } from 'react';
import { Loading } from '../ui/loading.tsx';
import { Notice } from '../ui/notice.tsx';
import { errorMessage } from './errors.ts';

type Props<Data> = {
  readonly query: { readonly data?: Data; readonly error?: unknown; readonly reload: () => unknown };
  readonly what: string;
  readonly children: (data: Data) => ReactNode;
};

/** Renders the data of `useLoad`; before that, a spinner, or the error with a button to try again. */
export const Loaded = <Data,>({ query, what, children }: Props<Data>) => {
  if (query.data !== undefined) return children(query.data);
  if (query.error === undefined) return <Loading what={what} />;
  return (
    <div className="flex flex-col items-start gap-4">
      <Notice kind="error">{errorMessage(query.error)}</Notice>
      <button type="button" className="btn btn-primary" onClick={() => query.reload()}>
        Try again
      </button>
    </div>
  );
};
