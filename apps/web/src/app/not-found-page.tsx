import { Link } from 'react-router-dom';
import { CardPage } from '../ui/page.tsx';

export const NotFoundPage = () => (
  <CardPage title="Page not found">
    <p className="mb-4">Check the address, or go back to your profile.</p>
    <Link to="/profile" className="btn btn-primary">
      Go to your profile
    </Link>
  </CardPage>
);
