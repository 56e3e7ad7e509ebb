import { useLocation, useNavigate } from 'react-router-dom';

/**
 * Keeps a notice for the sign-in page in the history entry, for when this page's session turns out to have ended: after an
 * answer was lost, the user must learn there what may have happened. `RequireSession` passes it on.
 */
export const useIfSignedOut = (): ((notice: string) => undefined) => {
  const navigate = useNavigate();
  const location = useLocation();
  return (ifSignedOut) => {
    navigate(location, { replace: true, state: { ...location.state, ifSignedOut } });
  };
};
