import { useState } from 'react';
import { Notice } from '../ui/notice.tsx';

/** Tries it out: `navigator.cookieEnabled` is true in a Chromium that blocks cookies. */
const keepsCookies = (): boolean => {
  document.cookie = 'latchkey_test=yes; SameSite=Strict';
  const isKept = document.cookie.includes('latchkey_test=yes');
  document.cookie = 'latchkey_test=; Max-Age=0; SameSite=Strict';
  return isKept;
};

/** Without cookies only this page knows the access token, in its memory. */
export const CookiesBlocked = () => {
  const [isBlocked] = useState(() => !keepsCookies());
  if (!isBlocked) return null;
  return (
    <Notice kind="warning">
      Your browser blocks cookies. You can sign in, but you will be signed out when you reload or close this page.
    </Notice>
  );
};
