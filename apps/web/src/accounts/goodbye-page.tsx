import { Link } from 'react-router-dom';
import { CardPage } from '../ui/page.tsx';

/** Where one is after deleting the account. */
export const GoodbyePage = () => (
  <CardPage title="Your account was deleted">
    <p className="mb-4">Everything in it is gone, here and on every device. Should you want to come back:</p>
    <Link to="/register" className="btn btn-outline">
      Create an account
    </Link>
  </CardPage>
);
