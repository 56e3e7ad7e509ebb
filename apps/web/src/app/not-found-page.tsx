import { Link } from 'react-router-dom';
import { CardPage } from '../ui/page.tsx';

export const NotFoundPage = () => (
  <CardPage title="There is no such page">
    <p className="mb-4">The address may be misspelt, or the page may have moved.</p>
    <Link to="/profile" className="btn btn-primary">
      Go to your profile
    </Link>
  </CardPage>
);
