import type { User } from '@latchkey/contract/user';
import { useState } from 'react';
import { SignOutButton } from '../sessions/sign-out-button.tsx';
import { Avatar } from '../ui/avatar.tsx';
import { ThemeSwitch } from './theme-switch.tsx';

/** The button with the user's initials, and its menu. A popover closes on Escape and on a click outside. */
export const AccountMenu = ({ user }: { user: User }) => {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <button type="button" className="cursor-pointer rounded-full" popoverTarget="account-menu">
        <span className="sr-only">Account menu</span>
        <Avatar user={user} className="size-9 text-sm" />
      </button>
      <div
        id="account-menu"
        popover="auto"
        onBeforeToggle={({ newState }) => setIsOpen(newState === 'open')}
        className="inset-auto end-[max(1rem,calc(50vw-31rem))] top-16 m-0 w-64 rounded-box border border-base-300 bg-base-100 p-4 text-base-content shadow-lg open:flex open:flex-col open:gap-4"
      >
        {isOpen && (
          <>
            <p className="min-w-0">
              <bdi className="block truncate font-semibold">{user.displayName ?? user.username}</bdi>
              <bdi className="block truncate text-sm text-base-content/75">@{user.username}</bdi>
            </p>
            <ThemeSwitch />
            <SignOutButton />
          </>
        )}
      </div>
    </>
  );
};
