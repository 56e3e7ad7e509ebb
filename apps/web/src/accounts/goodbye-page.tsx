import { pages } from '@latchkey/contract/pages';
import { Link, Navigate, useLocation } from 'react-router-dom';
import { CardPage } from '../ui/page.tsx';

/** The page after deleting an account. Its address alone leads home. */
export const GoodbyePage = () => {
  const { state } = useLocation();
  if (!state?.isDeleted) return <Navigate to={pages.home} replace />;
  return (
    <CardPage title="Your account is closed">
      <p>It will be deleted in seven days, with all its data. To keep it, sign in before then.</p>
      <Link to={pages.logIn} className="btn btn-outline mt-4">
        Sign in
      </Link>
    </CardPage>
  );
};
