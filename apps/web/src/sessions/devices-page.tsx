import { endOtherSessions, endSession, listSessions, type Session } from '@latchkey/contract/sessions';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from 'react-router-dom';
import { errorMessage, ignoreNotFound } from '../api/api.ts';
import { Loaded } from '../api/loaded.tsx';
import { RelativeTime } from '../api/relative-time.tsx';
import { useApi } from '../api/session.ts';
import { ConfirmButton } from '../ui/confirm-button.tsx';
import { deviceInWords } from '../ui/device-in-words.ts';
import { Notice } from '../ui/notice.tsx';
import { Card, focusHeading, Page } from '../ui/page.tsx';

const devicesKey = ['devices'];

const nameOf = (session: Session): string => deviceInWords(session) ?? 'A program, or an unknown browser';

/** The list has changed, and what had the focus may be gone. */
const useLookAgain = () => {
  const queries = useQueryClient();
  return async (): Promise<void> => {
    await queries.invalidateQueries({ queryKey: devicesKey });
    focusHeading();
  };
};

const EndButton = ({ session }: { session: Session }) => {
  const api = useApi();
  const { mutate, error, isPending } = useMutation({
    mutationFn: () => api.call(endSession, { params: { id: session.id } }).catch(ignoreNotFound),
    onSuccess: useLookAgain(),
  });
  return (
    <>
      <button
        type="button"
        className="btn btn-outline btn-sm"
        aria-disabled={isPending}
        onClick={() => isPending || mutate()}
      >
        End<span className="sr-only"> the session of {nameOf(session)}</span>
      </button>
      {error && (
        <div className="basis-full">
          <Notice kind="error">{errorMessage(error)}</Notice>
        </div>
      )}
    </>
  );
};

const Device = ({ session }: { session: Session }) => (
  <li className="flex flex-wrap items-center gap-x-4 gap-y-2 py-4 first:pt-0 last:pb-0">
    <div className="min-w-0 grow basis-56">
      <p className="font-medium">
        {nameOf(session)} {session.current && <span className="badge badge-primary badge-sm">This device</span>}
      </p>
      <p className="text-sm text-base-content/75">
        {session.address && `${session.address} · `}last seen <RelativeTime at={session.lastSeenAt} /> · signed in{' '}
        <RelativeTime at={session.createdAt} />
      </p>
    </div>
    {!session.current && <EndButton session={session} />}
  </li>
);

/** The API tells only of ended sessions whose token was used twice. */
const UsedTwice = ({ sessions }: { sessions: readonly Session[] }) => (
  <section className="rounded-box border-2 border-warning bg-base-100 p-5 sm:p-8" aria-labelledby="used-twice">
    <h2 id="used-twice" className="mb-2 text-lg font-semibold">
      A sign-in was ended to protect you
    </h2>
    <p className="mb-2">
      Its token was used twice. Somebody may have copied it, so neither of the two can go on with it. It can also happen
      by accident, such as when a device was restored from a backup.
    </p>
    <ul className="mb-3 list-disc ps-5">
      {sessions.map((session) => (
        <li key={session.id}>
          {nameOf(session)}
          {session.address && `, ${session.address}`}, ended <RelativeTime at={session.endedAt ?? session.lastSeenAt} />
        </li>
      ))}
    </ul>
    <p className="mb-3">If you cannot explain it, change your password: that ends every other session, too.</p>
    <Link to="/password" className="btn btn-primary btn-sm">
      Change password
    </Link>
  </section>
);

const Devices = ({ sessions }: { sessions: readonly Session[] }) => {
  const api = useApi();
  const refetch = useLookAgain();
  const live = sessions.filter(({ endedAt }) => !endedAt);
  const ended = sessions.filter(({ endedAt }) => endedAt);
  return (
    <div className="flex flex-col gap-6">
      {ended.length > 0 && <UsedTwice sessions={ended} />}
      <Card>
        <ul className="divide-y divide-base-300">
          {live.map((session) => (
            <Device key={session.id} session={session} />
          ))}
        </ul>
      </Card>
      {live.length > 1 ? (
        <div>
          <ConfirmButton
            label="End all others…"
            question="End all other sessions?"
            yes="End all others"
            no="Keep them"
            act={() => api.call(endOtherSessions)}
            afterwards={refetch}
          >
            Every device but this one has to sign in again.
          </ConfirmButton>
        </div>
      ) : (
        <p className="text-sm">You are signed in nowhere else.</p>
      )}
    </div>
  );
};

const DevicesPage = () => {
  const api = useApi();
  const query = useQuery({ queryKey: devicesKey, queryFn: () => api.call(listSessions) });
  return (
    <Page title="Your devices">
      <p className="mb-5">Where you are signed in. End what you do not know, or no longer use.</p>
      <Loaded query={query} what="your devices">
        {({ sessions }) => <Devices sessions={sessions} />}
      </Loaded>
    </Page>
  );
};

export default DevicesPage;
