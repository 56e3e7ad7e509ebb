import { useEffect, useState } from 'react';
import { useLocation, useNavigate } from 'react-router-dom';
import { Notice } from '../ui/notice.tsx';

/** What a page passes on to the next one: `navigate(path, { state: { notice } satisfies NoticeState })`. */
export type NoticeState = { readonly notice: string; readonly kind?: 'success' | 'info' | 'warning' };

/** Shows the notice that came with the navigation, once: not again after a reload or on the way back. */
export const NavigationNotice = () => {
  const location = useLocation();
  const navigate = useNavigate();
  const [state] = useState<NoticeState | undefined>(location.state?.notice ? location.state : undefined);
  useEffect(() => {
    if (location.state?.notice) navigate(location, { replace: true, state: { ...location.state, notice: undefined } });
  });
  return state && <Notice kind={state.kind ?? 'success'}>{state.notice}</Notice>;
};
