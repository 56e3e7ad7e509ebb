import type { User } from '@latchkey/contract/user';
import { Link, useLocation } from 'react-router-dom';
import { useSession } from '../api/session.ts';
import { formatDate } from '../ui/format-time.ts';
import { Notice } from '../ui/notice.tsx';
import { Card, Page } from '../ui/page.tsx';
import { DeleteAccount } from './delete-account.tsx';
import { ProfileForm } from './profile-form.tsx';

const initialsOf = ({ displayName, username }: User): string =>
  (displayName ?? username)
    .split(/\s+/)
    .map((word) => [...word][0])
    .slice(0, 2)
    .join('')
    .toUpperCase();

const Profile = ({ user }: { user: User }) => {
  const { state } = useLocation();
  const hasMetadata = Object.keys(user.metadata).length > 0;
  return (
    <Page title="Your profile">
      <div className="flex flex-col gap-6">
        {state?.notice && <Notice kind="success">{state.notice}</Notice>}
        <Card>
          <div className="flex flex-wrap items-center gap-4">
            <div
              aria-hidden="true"
              className="grid size-16 place-items-center rounded-full bg-primary text-xl font-semibold text-primary-content"
            >
              {initialsOf(user)}
            </div>
            <div className="min-w-0 grow">
              <p className="truncate text-lg font-semibold">{user.displayName ?? user.username}</p>
              <p className="truncate text-sm">
                @{user.username} · joined{' '}
                <time dateTime={user.createdAt}>{formatDate(new Date(user.createdAt), { dateStyle: 'long' })}</time>
              </p>
            </div>
          </div>
        </Card>
        <Card>
          <h2 className="mb-4 text-lg font-semibold">Personal info</h2>
          <ProfileForm user={user} />
        </Card>
        {hasMetadata && (
          <Card>
            <h2 className="mb-2 text-lg font-semibold">App data</h2>
            <pre className="whitespace-pre-wrap break-words rounded-field bg-base-200 p-3 text-sm">
              {JSON.stringify(user.metadata, null, 2)}
            </pre>
          </Card>
        )}
        <Card>
          <h2 className="mb-2 text-lg font-semibold">Password</h2>
          <p className="mb-4 text-sm">Changing your password signs out all other devices.</p>
          <Link to="/password" className="btn btn-outline">
            Change password
          </Link>
        </Card>
        <Card>
          <h2 className="mb-2 text-lg font-semibold">Delete account</h2>
          <DeleteAccount />
        </Card>
      </div>
    </Page>
  );
};

const ProfilePage = () => {
  const { data: user } = useSession();
  return user ? <Profile user={user} /> : null;
};

export default ProfilePage;
