import type { User } from '@latchkey/contract/user';
import type { ReactNode } from 'react';
import { NavigationNotice } from '../api/navigation-notice.tsx';
import { useUser } from '../api/session.ts';
import { EmailSection } from '../emails/email-section.tsx';
import { Avatar } from '../ui/avatar.tsx';
import { brand } from '../ui/brand.ts';
import { formatDate } from '../ui/format-time.ts';
import { Card, Page } from '../ui/page.tsx';
import { DeleteAccount } from './delete-account.tsx';
import { ExportData } from './export-data.tsx';
import { ProfileForm } from './profile-form.tsx';

/** A part of the page: what it is about, and beside it what the user can do. */
const Section = ({ title, about, children }: { title: string; about: string; children: ReactNode }) => (
  <Card>
    <div className="grid gap-x-10 gap-y-5 md:grid-cols-[14rem_minmax(0,1fr)]">
      <div>
        <h2 className="mb-1 text-lg font-semibold">{title}</h2>
        <p className="text-sm text-base-content/75">{about}</p>
      </div>
      <div className="min-w-0">{children}</div>
    </div>
  </Card>
);

const Profile = ({ user }: { user: User }) => (
  <Page title="Your profile">
    <div className="flex flex-col gap-6">
      <NavigationNotice />
      <div className="flex items-center gap-4">
        <Avatar user={user} className="size-16 text-xl" />
        <div className="min-w-0">
          <p className="truncate text-lg font-semibold">
            <bdi>{user.displayName ?? user.username}</bdi>
          </p>
          <p className="text-sm wrap-anywhere">
            <bdi>@{user.username}</bdi> · joined{' '}
            <time dateTime={user.createdAt}>{formatDate(new Date(user.createdAt), { dateStyle: 'long' })}</time>
          </p>
        </div>
      </div>
      <Section title="Personal info" about={brand.hasMail ? 'Your name.' : 'Your name and how to reach you.'}>
        <ProfileForm user={user} />
      </Section>
      {brand.hasMail && (
        <Section title="E-mail" about="For signing in, and for a new password if you forget yours.">
          <EmailSection user={user} />
        </Section>
      )}
      {Object.keys(user.metadata).length > 0 && (
        <Section title="App data" about="What apps have stored in your account.">
          <pre className="whitespace-pre-wrap break-words rounded-field bg-base-200 p-3 text-sm">
            {JSON.stringify(user.metadata, null, 2)}
          </pre>
        </Section>
      )}
      <ExportData username={user.username} />
      <DeleteAccount />
    </div>
  </Page>
);

const ProfilePage = () => {
  const user = useUser();
  return user ? <Profile user={user} /> : null;
};

export default ProfilePage;
