import { pages } from '@latchkey/contract/pages';
import type { ReactNode } from 'react';
import { Link, useLocation } from 'react-router-dom';
import { useSession } from '../api/session.ts';
import { brand } from '../ui/brand.ts';
import { AccountMenu } from './account-menu.tsx';
import { Navigation } from './navigation.tsx';

const footerLinks = [
  { href: brand.termsUrl, name: 'Terms' },
  { href: brand.privacyUrl, name: 'Privacy' },
  { href: brand.supportUrl, name: 'Help' },
].filter(({ href }) => href !== undefined);

const Footer = () => (
  <footer className="flex flex-wrap justify-center gap-x-6 gap-y-2 p-4 text-sm">
    {footerLinks.map(({ href, name }) => (
      <a key={name} href={href} className="link">
        {name}
      </a>
    ))}
  </footer>
);

/** index.html shows the same header until the scripts have loaded. */
export const Layout = ({ children }: { children: ReactNode }) => {
  const session = useSession();
  const user = session.status === 'signed_in' ? session.signedIn.user : undefined;
  const { pathname } = useLocation();
  const isOnTheWay = pathname.startsWith('/oauth/') || pathname === pages.continueSignIn || pathname === pages.device;
  // While the session loads, too, so that the page does not move when it has loaded. A page on the way to another has none.
  const hasMenu = !isOnTheWay && (user !== undefined || session.status === 'loading');
  return (
    <div className="flex min-h-dvh flex-col">
      <header className="border-b border-base-300 bg-base-100">
        <div className="mx-auto flex min-h-15 max-w-5xl items-center justify-between gap-4 px-4 py-3">
          <Link to={pages.home} className="flex min-w-0 items-center gap-2 font-semibold tracking-tight">
            <img src={brand.logo} alt="" className="size-8" />
            <bdi className="truncate">{brand.name}</bdi>
          </Link>
          {user && <AccountMenu user={user} />}
        </div>
      </header>
      <div
        className={`mx-auto w-full max-w-5xl grow px-4 py-8 sm:py-12 ${hasMenu ? 'grid content-start gap-x-10 gap-y-6 lg:grid-cols-[12rem_minmax(0,1fr)]' : ''}`}
      >
        {hasMenu && <Navigation />}
        <main className="min-w-0">{children}</main>
      </div>
      {footerLinks.length > 0 && <Footer />}
    </div>
  );
};
