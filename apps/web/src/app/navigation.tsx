import { pages } from '@latchkey/contract/pages';
import { useState } from 'react';
import { NavLink } from 'react-router-dom';
import { brand } from '../ui/brand.ts';

const sections = [
  { title: 'Account', links: [{ to: pages.profile, name: 'Profile' }] },
  {
    title: 'Security',
    links: [
      { to: pages.password, name: 'Password' },
      ...(brand.providers.length > 0 ? [{ to: pages.signInMethods, name: 'Sign-in methods' }] : []),
      { to: pages.devices, name: 'Sessions' },
      { to: pages.apps, name: 'Connected apps' },
      { to: pages.activity, name: 'Activity' },
    ],
  },
  {
    title: 'Developer',
    links: [
      { to: pages.tokens, name: 'API tokens' },
      { to: pages.inspector, name: 'Token inspector' },
    ],
  },
];

const look =
  'block rounded-field px-3 py-2 text-sm hover:bg-base-300 aria-[current]:bg-base-300 aria-[current]:font-semibold';

/** The menu of the account pages: beside the page, or behind a button on a small screen. */
export const Navigation = () => {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <nav aria-label="Your account">
      <button
        type="button"
        className="btn btn-outline btn-sm lg:hidden"
        aria-expanded={isOpen}
        aria-controls="account-pages"
        onClick={() => setIsOpen(!isOpen)}
      >
        Menu
      </button>
      <div id="account-pages" className={`flex flex-col gap-5 max-lg:mt-4 ${isOpen ? '' : 'max-lg:hidden'}`}>
        {sections.map(({ title, links }) => (
          <section key={title}>
            <h2 className="mb-1 px-3 text-xs font-semibold text-base-content/75">{title}</h2>
            <ul>
              {links.map(({ to, name }) => (
                <li key={to}>
                  <NavLink to={to} className={look} onClick={() => setIsOpen(false)}>
                    {name}
                  </NavLink>
                </li>
              ))}
              {title === 'Developer' && (
                <li>
                  <a href="/api/docs" className={look}>
                    API documentation
                  </a>
                </li>
              )}
            </ul>
          </section>
        ))}
      </div>
    </nav>
  );
};
