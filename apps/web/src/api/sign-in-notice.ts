import { useLocation, useNavigate } from 'react-router-dom';

/**
 * Stores a notice in the history entry, to be shown on the sign-in page if the session turns out to have ended: after a
 * request without a response, the user must learn there what may have happened. `RequireSession` passes it on.
 */
export const useSignInNotice = (): ((notice: string) => undefined) => {
  const navigate = useNavigate();
  const location = useLocation();
  return (signInNotice) => {
    navigate(location, { replace: true, state: { ...location.state, signInNotice } });
  };
};
