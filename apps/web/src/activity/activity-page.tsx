import { type Event, listActivity } from '@latchkey/contract/activity';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { errorMessage } from '../api/api.ts';
import { Loaded } from '../api/loaded.tsx';
import { useApi } from '../api/session.ts';
import { Notice } from '../ui/notice.tsx';
import { Card, Page } from '../ui/page.tsx';
import { ActivityLine } from './activity-line.tsx';
import { groupByDay } from './group-by-day.ts';
import { groupFailures } from './group-failures.ts';
import { loadOlderEvents, nextCursor } from './load-older-events.ts';

const useActivity = () => {
  const api = useApi();
  return useInfiniteQuery({
    queryKey: ['activity'],
    initialPageParam: undefined as number | undefined,
    queryFn: ({ pageParam }) =>
      loadOlderEvents(async (before) => {
        const { events } = await api.call(listActivity, {
          query: before === undefined ? {} : { before: String(before) },
        });
        return events;
      }, pageParam),
    getNextPageParam: nextCursor,
  });
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

/** Moves the focus to the first line that was loaded, or to the last line if it took in all the new events. */
const useFocusOnOlder = ({ isFetchingNextPage, isFetchNextPageError }: ReturnType<typeof useActivity>) => {
  const list = useRef<HTMLDivElement>(null);
  const countBefore = useRef<number>(undefined);
  const lines = () => [...(list.current?.querySelectorAll('li') ?? [])];
  useEffect(() => {
    if (isFetchingNextPage || countBefore.current === undefined) return;
    const current = lines();
    if (!isFetchNextPageError) (current[countBefore.current] ?? current.at(-1))?.focus();
    countBefore.current = undefined;
  });
  const rememberCount = (): void => {
    countBefore.current = lines().length;
  };
  return { list, rememberCount };
};

type Props = { readonly events: readonly Event[]; readonly query: ReturnType<typeof useActivity> };

const Activity = ({ events, query }: Props) => {
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, error, fetchNextPage } = query;
  const { list, rememberCount } = useFocusOnOlder(query);
  const showOlder = (): void => {
    if (isFetchingNextPage) return;
    rememberCount();
    fetchNextPage();
  };
  return (
    <div ref={list} className="flex flex-col gap-6">
      <Days events={events} />
      {isFetchNextPageError && <Notice kind="error">{errorMessage(error)}</Notice>}
      {hasNextPage ? (
        <button
          type="button"
          className="btn btn-outline btn-sm self-start"
          aria-disabled={isFetchingNextPage}
          onClick={showOlder}
        >
          {isFetchingNextPage && <span className="loading loading-spinner loading-sm" aria-hidden="true" />}
          Show older
        </button>
      ) : (
        <p className="text-sm">{events.length > 0 ? 'No older activity.' : 'No activity yet.'}</p>
      )}
    </div>
  );
};

const ActivityPage = () => {
  const query = useActivity();
  return (
    <Page title="Your activity">
      <p className="mb-5">Sign-ins and changes to your account, newest first. If something wasn’t you, tell us.</p>
      <Loaded query={query} what="your activity">
        {({ pages }) => <Activity query={query} events={pages.flat()} />}
      </Loaded>
    </Page>
  );
};

export default ActivityPage;
