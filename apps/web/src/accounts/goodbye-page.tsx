import { pages } from '@latchkey/contract/pages';
import { Link, Navigate, useLocation } from 'react-router-dom';
import { CardPage } from '../ui/page.tsx';

/** The page after deleting an account. Its address alone leads home. */
export const GoodbyePage = () => {
  const { state } = useLocation();
  if (!state?.isDeleted) return <Navigate to={pages.home} replace />;
  return (
    <CardPage title="Your account was deleted">
      <p className="mb-4">All your data was deleted. You can create a new account at any time.</p>
      <Link to={pages.register} className="btn btn-outline">
        Create an account
      </Link>
    </CardPage>
  );
};
