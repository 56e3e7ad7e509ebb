import { useEffect, useState } from 'react';
import { Notice } from '../ui/notice.tsx';

/** Sets a cookie to find out: `navigator.cookieEnabled` is true in a Chromium that blocks cookies. */
const canSetCookies = (): boolean => {
  // biome-ignore-start lint/suspicious/noDocumentCookie: the Cookie Store API is asynchronous, and not in every browser
  document.cookie = 'latchkey_test=yes; SameSite=Strict';
  const isSet = document.cookie.includes('latchkey_test=yes');
  document.cookie = 'latchkey_test=; Max-Age=0; SameSite=Strict';
  // biome-ignore-end lint/suspicious/noDocumentCookie: see above
  return isSet;
};

/** Without cookies, the session lasts as long as the access token in this page's memory. */
export const CookiesBlocked = () => {
  const [isBlocked, setBlocked] = useState(false);
  // In a task of its own: a script that uses cookies waits for the browser's network process.
  useEffect(() => {
    const timer = setTimeout(() => setBlocked(!canSetCookies()));
    return () => clearTimeout(timer);
  }, []);
  if (!isBlocked) return null;
  return (
    <Notice kind="warning">
      Your browser blocks cookies. You can sign in, but reloading or closing this page signs you out.
    </Notice>
  );
};
