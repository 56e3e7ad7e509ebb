import { brand } from '../ui/brand.ts';
import apple from './logos/apple.svg';
import github from './logos/github.svg';
import gitlab from './logos/gitlab.svg';
import google from './logos/google.svg';
import microsoft from './logos/microsoft.svg';

const logos: Readonly<Record<string, string>> = { google, microsoft, github, gitlab, apple };
/** Black ones, which are white on a dark page. */
const black = new Set(['github', 'apple']);

/** The logo of a known provider, or the first letter of another. */
export const ProviderLogo = ({ name }: { name: string }) => {
  const logo = logos[name];
  if (logo) return <img src={logo} alt="" className={`size-5 ${black.has(name) ? 'dark:invert' : ''}`} />;
  const label = brand.providers.find(([known]) => known === name)?.[1] ?? name;
  return (
    <span
      aria-hidden="true"
      className="grid size-5 place-items-center rounded-selector bg-neutral text-xs font-semibold text-neutral-content"
    >
      {[...label][0]?.toUpperCase()}
    </span>
  );
};
