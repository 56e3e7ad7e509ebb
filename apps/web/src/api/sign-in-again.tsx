import { Link, useLocation } from 'react-router-dom';
import { logInPath } from '../sessions/return-to.ts';

/** After the problem that the user signed in too long ago: a link to do so again, which leads back here. */
export const SignInAgain = ({ code }: { code: string | undefined }) => {
  const location = useLocation();
  if (code !== 'insufficient_user_authentication') return null;
  return (
    <Link className="link self-start" to={logInPath(location, { again: '1' })}>
      Sign in again
    </Link>
  );
};
