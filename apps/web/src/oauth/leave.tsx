import { useEffect } from 'react';
import { Loading } from '../ui/loading.tsx';

/** Goes to the address of an app, without an entry in the history: the back button would come here again. */
export const Leave = ({ to }: { to: string }) => {
  useEffect(() => window.location.replace(to), [to]);
  return <Loading what="the app" />;
};
