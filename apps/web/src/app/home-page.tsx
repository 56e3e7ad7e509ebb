import { pages } from '@latchkey/contract/pages';
import { Link, Navigate } from 'react-router-dom';
import { useSession } from '../api/session.ts';
import { brand } from '../ui/brand.ts';
import { Loading } from '../ui/loading.tsx';
import { Page } from '../ui/page.tsx';

/** Says what this site is, and offers the ways in. A signed-in user gets the profile. */
export const HomePage = () => {
  const { status } = useSession();
  if (status === 'signed_in') return <Navigate to={pages.profile} replace />;
  if (status === 'loading') return <Loading what="this page" />;
  return (
    <div className="mx-auto max-w-lg py-8 text-center sm:py-24">
      <img src={brand.logo} alt="" className="mx-auto mb-8 size-16" />
      <Page title="One account for all your apps">
        <p className="mb-8 text-lg">
          Sign in once with your <bdi>{brand.name}</bdi> account, see where you are signed in, and decide what happens
          with your data.
        </p>
        <div className="flex flex-wrap justify-center gap-3">
          <Link to={pages.logIn} className="btn btn-primary">
            Sign in
          </Link>
          {brand.isRegistrationOpen && (
            <Link to={pages.register} className="btn btn-outline">
              Create an account
            </Link>
          )}
        </div>
      </Page>
    </div>
  );
};
