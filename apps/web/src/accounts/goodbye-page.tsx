import { Link } from 'react-router-dom';
import { CardPage } from '../ui/page.tsx';

/** The page after deleting an account. */
export const GoodbyePage = () => (
  <CardPage title="Your account was deleted">
    <p className="mb-4">All your data was deleted. You can create a new account at any time.</p>
    <Link to="/register" className="btn btn-outline">
      Create an account
    </Link>
  </CardPage>
);
