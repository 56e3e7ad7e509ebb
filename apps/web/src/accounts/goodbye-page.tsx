import { pages } from '@latchkey/contract/pages';
import { Link, Navigate, useLocation } from 'react-router-dom';
import { brand } from '../ui/brand.ts';
import { CardPage } from '../ui/page.tsx';

/** The page after deleting an account. Its address alone leads home. */
export const GoodbyePage = () => {
  const { state } = useLocation();
  if (!state?.isDeleted) return <Navigate to={pages.home} replace />;
  return (
    <CardPage title="Your account was deleted">
      <p>All your data was deleted.</p>
      {brand.isRegistrationOpen && (
        <Link to={pages.register} className="btn btn-outline mt-4">
          Create an account
        </Link>
      )}
    </CardPage>
  );
};
