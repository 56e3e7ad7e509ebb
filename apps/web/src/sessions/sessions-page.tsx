import { endOtherSessions, endSession, listSessions, type Session } from '@latchkey/contract/sessions';
import { Link } from 'react-router-dom';
import { ConfirmButton } from '../api/confirm-button.tsx';
import { errorMessage, ignoreNotFound } from '../api/errors.ts';
import { Loaded } from '../api/loaded.tsx';
import { RelativeTime } from '../api/relative-time.tsx';
import { useApi } from '../api/session.ts';
import { useAction } from '../api/use-action.ts';
import { useLoad, useOnReturn } from '../api/use-load.ts';
import { deviceLabel } from '../ui/device-label.ts';
import { Notice } from '../ui/notice.tsx';
import { Card, focusHeading, Page } from '../ui/page.tsx';

const nameOf = (session: Session): string => deviceLabel(session) ?? 'Unknown device';

type ReloadList = () => Promise<void>;

const EndSessionButton = ({ session, reloadList }: { session: Session; reloadList: ReloadList }) => {
  const api = useApi();
  const { run, error, isPending } = useAction();
  const end = async () => {
    await api.call(endSession, { params: { id: session.id } }).catch(ignoreNotFound);
    await reloadList();
  };
  return (
    <>
      <button type="button" className="btn btn-outline btn-sm" aria-disabled={isPending} onClick={() => run(end)}>
        Sign out<span className="sr-only"> {nameOf(session)}</span>
      </button>
      {error !== undefined && (
        <div className="basis-full">
          <Notice kind="error">{errorMessage(error)}</Notice>
        </div>
      )}
    </>
  );
};

const SessionLine = ({ session, reloadList }: { session: Session; reloadList: ReloadList }) => (
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
    {!session.current && <EndSessionButton session={session} reloadList={reloadList} />}
  </li>
);

/** The API lists an ended session only if its token was used twice. */
const ReusedSessions = ({ sessions }: { sessions: readonly Session[] }) => (
  <section className="rounded-box border-2 border-warning bg-base-100 p-5 sm:p-8" aria-labelledby="reused-sessions">
    <h2 id="reused-sessions" className="mb-2 text-lg font-semibold">
      A session was ended to protect you
    </h2>
    <p className="mb-2">
      Its token was used twice, so somebody may have copied it. Restoring a device from a backup can also cause this.
    </p>
    <ul className="mb-3 list-disc ps-5">
      {sessions.map((session) => (
        <li key={session.id}>
          {nameOf(session)}
          {session.address && `, ${session.address}`}, ended <RelativeTime at={session.endedAt ?? session.lastSeenAt} />
        </li>
      ))}
    </ul>
    <p className="mb-3">If you don’t know why, change your password. This also signs out all other devices.</p>
    <Link to="/password" className="btn btn-primary btn-sm">
      Change password
    </Link>
  </section>
);

const Devices = ({ sessions, reloadList }: { sessions: readonly Session[]; reloadList: ReloadList }) => {
  const api = useApi();
  const active = sessions.filter(({ endedAt }) => !endedAt);
  const ended = sessions.filter(({ endedAt }) => endedAt);
  return (
    <div className="flex flex-col gap-6">
      {ended.length > 0 && <ReusedSessions sessions={ended} />}
      <Card>
        <ul className="divide-y divide-base-300">
          {active.map((session) => (
            <SessionLine key={session.id} session={session} reloadList={reloadList} />
          ))}
        </ul>
      </Card>
      {active.length > 1 ? (
        <div>
          <ConfirmButton
            label="Sign out all other devices…"
            question="Sign out all other devices?"
            confirmLabel="Sign out"
            cancelLabel="Cancel"
            onConfirm={() => api.call(endOtherSessions)}
            onClosed={reloadList}
          >
            All other devices will need to sign in again.
          </ConfirmButton>
        </div>
      ) : (
        <p className="text-sm">You’re not signed in anywhere else.</p>
      )}
    </div>
  );
};

const SessionsPage = () => {
  const api = useApi();
  const query = useLoad(() => api.call(listSessions));
  useOnReturn(query.reload);
  /** Moves the focus, because the focused element may be gone. */
  const reloadList = async (): Promise<void> => {
    await query.reload();
    focusHeading();
  };
  return (
    <Page title="Your sessions">
      <p className="mb-5">Where you’re signed in. Sign out any device you don’t recognize.</p>
      <Loaded query={query} what="your sessions">
        {({ sessions }) => <Devices sessions={sessions} reloadList={reloadList} />}
      </Loaded>
    </Page>
  );
};

export default SessionsPage;
