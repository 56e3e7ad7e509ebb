import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from 'react';
import type { Latchkey, User } from './create-latchkey.ts';

type Value = Pick<Latchkey, 'signIn' | 'signOut' | 'getAccessToken' | 'createFetch'> & {
  /** The user who is signed in. */
  readonly user: User | undefined;
  /** Why the last sign-in failed, such as `access_denied`. */
  readonly error: unknown;
};

const Context = createContext<Value | undefined>(undefined);

type Props = {
  readonly latchkey: Latchkey;
  readonly children: ReactNode;
  /** Shown while a sign-in completes. */
  readonly fallback?: ReactNode;
};

/** Completes a sign-in on the callback page, then renders the app. */
export const LatchkeyProvider = ({ latchkey, children, fallback = null }: Props) => {
  const user = useSyncExternalStore(latchkey.onChange, latchkey.getUser);
  const [callback, setCallback] = useState<{ readonly isHandled: boolean; readonly error?: unknown }>({
    isHandled: false,
  });
  useEffect(() => {
    latchkey.handleCallback().then(
      () => setCallback({ isHandled: true }),
      (error: unknown) => setCallback({ isHandled: true, error }),
    );
  }, [latchkey]);
  const { signIn, signOut, getAccessToken, createFetch } = latchkey;
  const value = { user, error: callback.error, signIn, signOut, getAccessToken, createFetch };
  return <Context.Provider value={value}>{callback.isHandled ? children : fallback}</Context.Provider>;
};

export const useLatchkey = (): Value => {
  const value = useContext(Context);
  if (!value) throw new Error('useLatchkey is used outside LatchkeyProvider');
  return value;
};
