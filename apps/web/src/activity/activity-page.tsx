import { type Event, listActivity } from '@latchkey/contract/activity';
import { useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { errorMessage } from '../api/errors.ts';
import { Loaded } from '../api/loaded.tsx';
import { useApi } from '../api/session.ts';
import { useAction } from '../api/use-action.ts';
import { useLoad } from '../api/use-load.ts';
import { Notice } from '../ui/notice.tsx';
import { Card, Page } from '../ui/page.tsx';
import { ActivityLine } from './activity-line.tsx';
import { groupByDay } from './group-by-day.ts';
import { groupFailures } from './group-failures.ts';
import { loadOlderEvents, nextCursor } from './load-older-events.ts';

type LoadEvents = (before?: number) => Promise<readonly Event[]>;

const useLoadEvents = (): LoadEvents => {
  const api = useApi();
  return (before) =>
    loadOlderEvents(async (before) => {
      const query = before === undefined ? {} : { before: String(before) };
      return (await api.call(listActivity, { query })).events;
    }, before);
};

const Days = ({ events }: { events: readonly Event[] }) => {
  const now = new Date(useApi().now());
  const reported = new Set(events.flatMap(({ kind, detail }) => (kind === 'disowned' ? Number(detail) : [])));
  return groupByDay(groupFailures(events), ({ newest }) => new Date(newest.at), now).map(({ name, items }) => (
    <Card key={items[0]?.newest.number}>
      <h2 className="mb-4 text-lg font-semibold">{name}</h2>
      <ul className="divide-y divide-base-300">
        {items.map((group) => (
          <ActivityLine
            key={group.newest.number}
            group={group}
            isToday={name === 'Today'}
            isReported={[group.newest, ...group.older].some(({ number }) => reported.has(number))}
          />
        ))}
      </ul>
    </Card>
  ));
};

const Activity = ({ newest, loadEvents }: { newest: readonly Event[]; loadEvents: LoadEvents }) => {
  const [events, setEvents] = useState(newest);
  const { run, isPending, error } = useAction();
  const list = useRef<HTMLDivElement>(null);
  const next = nextCursor(events);
  const showOlder = async (): Promise<void> => {
    const older = await loadEvents(next);
    const lines = () => [...(list.current?.querySelectorAll('li') ?? [])];
    const count = lines().length;
    flushSync(() => setEvents([...events, ...older]));
    // To the first line that was loaded, or to the last line if it took in all the new events.
    (lines()[count] ?? lines().at(-1))?.focus();
  };
  return (
    <div ref={list} className="flex flex-col gap-6">
      <Days events={events} />
      {error !== undefined && <Notice kind="error">{errorMessage(error)}</Notice>}
      {next !== undefined ? (
        <button
          type="button"
          className="btn btn-outline btn-sm self-start"
          aria-disabled={isPending}
          onClick={() => run(showOlder)}
        >
          {isPending && <span className="loading loading-spinner loading-sm" aria-hidden="true" />}
          Show older
        </button>
      ) : (
        <p className="text-sm">{events.length > 0 ? 'No older activity.' : 'No activity yet.'}</p>
      )}
    </div>
  );
};

const ActivityPage = () => {
  const loadEvents = useLoadEvents();
  const query = useLoad(() => loadEvents());
  return (
    <Page title="Your activity">
      <p className="mb-5">Sign-ins and changes to your account, newest first. If something wasn’t you, tell us.</p>
      <Loaded query={query} what="your activity">
        {(newest) => <Activity newest={newest} loadEvents={loadEvents} />}
      </Loaded>
    </Page>
  );
};

export default ActivityPage;
