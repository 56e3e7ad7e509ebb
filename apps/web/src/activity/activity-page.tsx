import { type Event, listActivity } from '@latchkey/contract/activity';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { errorMessage } from '../api/api.ts';
import { Loaded } from '../api/loaded.tsx';
import { useApi } from '../api/session.ts';
import { Notice } from '../ui/notice.tsx';
import { Card, Page } from '../ui/page.tsx';
import { ActivityLine } from './activity-line.tsx';
import { byDay } from './by-day.ts';
import { foldFailures } from './fold-failures.ts';
import { numberBefore, olderEvents } from './older-events.ts';

const useActivity = () => {
  const api = useApi();
  return useInfiniteQuery({
    queryKey: ['activity'],
    initialPageParam: undefined as number | undefined,
    queryFn: ({ pageParam }) =>
      olderEvents(async (before) => {
        const { events } = await api.call(listActivity, {
          query: before === undefined ? {} : { before: String(before) },
        });
        return events;
      }, pageParam),
    getNextPageParam: numberBefore,
  });
};

const Days = ({ events }: { events: readonly Event[] }) => {
  const now = new Date(useApi().now());
  // Newest first: whatever was disowned stands below.
  const disowned = new Set(events.flatMap(({ kind, detail }) => (kind === 'disowned' ? Number(detail) : [])));
  return byDay(foldFailures(events), ({ newest }) => new Date(newest.at), now).map(({ name, things }) => (
    <Card key={things[0]?.newest.number}>
      <h2 className="mb-4 text-lg font-semibold">{name}</h2>
      <ul className="divide-y divide-base-300">
        {things.map((line) => (
          <ActivityLine
            key={line.newest.number}
            line={line}
            isToday={name === 'Today'}
            isDisowned={[line.newest, ...line.older].some(({ number }) => disowned.has(number))}
          />
        ))}
      </ul>
    </Card>
  ));
};

/** After older ones came, reading goes on at the first of them; where all were folded into the last line, at that. */
const useFocusOnOlder = ({ isFetchingNextPage, isFetchNextPageError }: ReturnType<typeof useActivity>) => {
  const list = useRef<HTMLDivElement>(null);
  const countBefore = useRef<number>(undefined);
  const lines = () => [...(list.current?.querySelectorAll('li') ?? [])];
  useEffect(() => {
    if (isFetchingNextPage || countBefore.current === undefined) return;
    const all = lines();
    if (!isFetchNextPageError) (all[countBefore.current] ?? all.at(-1))?.focus();
    countBefore.current = undefined;
  });
  const expectOlder = (): void => {
    countBefore.current = lines().length;
  };
  return { list, expectOlder };
};

type Props = { readonly events: readonly Event[]; readonly query: ReturnType<typeof useActivity> };

const Activity = ({ events, query }: Props) => {
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, error, fetchNextPage } = query;
  const { list, expectOlder } = useFocusOnOlder(query);
  const showOlder = (): void => {
    if (isFetchingNextPage) return;
    expectOlder();
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
        <p className="text-sm">{events.length > 0 ? 'There is nothing older.' : 'There is nothing yet.'}</p>
      )}
    </div>
  );
};

const ActivityPage = () => {
  const query = useActivity();
  return (
    <Page title="Your activity">
      <p className="mb-5">What happened to your account, newest first. Where it was not you, say so.</p>
      <Loaded query={query} what="your activity">
        {({ pages }) => <Activity query={query} events={pages.flat()} />}
      </Loaded>
    </Page>
  );
};

export default ActivityPage;
