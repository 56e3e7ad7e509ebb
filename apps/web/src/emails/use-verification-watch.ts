import type { User } from '@latchkey/contract/user';
import { useEffect } from 'react';
import { useApi, useUser } from '../api/session.ts';

/** The address that waits to be verified. */
export const addressToVerify = ({ email, emailVerified, pendingEmail }: User): string | null =>
  pendingEmail ?? (emailVerified ? null : email);

/** While an address waits to be verified, asks the API every three seconds: the link may be opened on another device. */
export const useVerificationWatch = (): void => {
  const api = useApi();
  const user = useUser();
  const isWaiting = user !== undefined && addressToVerify(user) !== null;
  useEffect(() => {
    if (!isWaiting) return;
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') void api.checkSession();
    }, 3000);
    return () => clearInterval(timer);
  }, [api, isWaiting]);
};
