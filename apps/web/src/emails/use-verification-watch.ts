import type { User } from '@latchkey/contract/user';
import { useEffect } from 'react';
import { useApi, useUser } from '../api/session.ts';

/** The address that waits to be verified. */
export const addressToVerify = ({ email, emailVerified, pendingEmail }: User): string | null =>
  pendingEmail ?? (emailVerified ? null : email);

/** Every three seconds at first; who has waited for minutes need not know within seconds. */
const nextWaitMs = (waitedMs: number): number => Math.min(Math.max(3_000, waitedMs / 10), 30_000);

/** While an address waits to be verified, asks the API again and again: the link may be opened on another device. */
export const useVerificationWatch = (): void => {
  const api = useApi();
  const user = useUser();
  const isWaiting = user !== undefined && addressToVerify(user) !== null;
  useEffect(() => {
    if (!isWaiting) return;
    const startedAtMs = performance.now();
    let timer: ReturnType<typeof setTimeout>;
    const askLater = (): void => {
      timer = setTimeout(
        () => {
          if (document.visibilityState === 'visible') void api.checkSession();
          askLater();
        },
        nextWaitMs(performance.now() - startedAtMs),
      );
    };
    askLater();
    return () => clearTimeout(timer);
  }, [api, isWaiting]);
};
