import type { ReactNode } from 'react';
import { Link, NavLink } from 'react-router-dom';
import { useSession } from '../api/session.ts';
import { SignOutButton } from '../sessions/sign-out-button.tsx';

const links = [
  { to: '/profile', name: 'Profile' },
  { to: '/devices', name: 'Sessions' },
  { to: '/activity', name: 'Activity' },
  { to: '/tokens', name: 'API tokens' },
  { to: '/inspector', name: 'Inspector' },
];

/** On a small screen it takes the second line of the header. */
const Navigation = () => (
  <nav aria-label="Your account" className="order-1 -mx-1.5 basis-full sm:order-none sm:mx-0 sm:grow sm:basis-auto">
    <ul className="flex flex-wrap">
      {links.map(({ to, name }) => (
        <li key={to}>
          <NavLink
            to={to}
            className="block rounded-field px-1.5 py-1.5 text-sm hover:bg-base-200 aria-[current]:font-semibold aria-[current]:underline aria-[current]:decoration-2 aria-[current]:underline-offset-8 sm:px-3"
          >
            {name}
          </NavLink>
        </li>
      ))}
    </ul>
  </nav>
);

export const Layout = ({ children }: { children: ReactNode }) => {
  const { data: user } = useSession();
  return (
    <div className="flex min-h-dvh flex-col bg-base-200 text-base-content">
      <header className="border-b border-base-300 bg-base-100">
        <div className="mx-auto flex max-w-3xl flex-wrap items-center justify-between gap-x-6 gap-y-1 px-4 py-3">
          <Link to="/" className="flex items-center gap-2 font-semibold tracking-tight">
            <img src="/favicon.svg" alt="" className="size-8" />
            Latchkey
          </Link>
          {user && (
            <>
              <Navigation />
              <SignOutButton />
            </>
          )}
        </div>
      </header>
      <main className="mx-auto w-full max-w-3xl grow px-4 py-8 sm:py-12">{children}</main>
      {!user && (
        <footer className="p-4 text-center text-sm">
          <NavLink to="/inspector" className="link aria-[current]:hidden">
            Token inspector
          </NavLink>
        </footer>
      )}
    </div>
  );
};
