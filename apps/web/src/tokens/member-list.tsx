import { useApi } from '../api/session.ts';
import { fromNow } from '../ui/time-in-words.ts';
import { meaningOf, timeOf } from './claims.ts';
import type { Members } from './read-token.ts';

const Time = ({ time }: { time: Date }) => {
  const fromNowSeconds = (time.getTime() - useApi().now()) / 1000;
  return (
    <time dateTime={time.toISOString()} className="block text-sm">
      {time.toLocaleString(undefined, { dateStyle: 'long', timeStyle: 'medium' })}, {fromNow(fromNowSeconds)}
    </time>
  );
};

/** Every member of a header or a payload: its name, what it says, what that means. */
export const MemberList = ({ members }: { members: Members }) => (
  <dl className="divide-y divide-base-300">
    {Object.entries(members).map(([name, value]) => {
      const time = timeOf(name, value);
      return (
        <div key={name} className="grid gap-x-4 py-3 first:pt-0 last:pb-0 sm:grid-cols-[7rem_1fr]">
          <dt className="break-all font-mono text-sm font-semibold">{name}</dt>
          <dd className="min-w-0">
            <span className="break-all font-mono text-sm">{JSON.stringify(value)}</span>
            {time && <Time time={time} />}
            <span className="block text-sm text-base-content/75">{meaningOf(name)}</span>
          </dd>
        </div>
      );
    })}
  </dl>
);
