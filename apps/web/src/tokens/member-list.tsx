import { useApi } from '../api/session.ts';
import { formatDate, formatRelativeTime } from '../ui/format-time.ts';
import { describeMember, parseTime } from './claims.ts';
import type { Members } from './decode-token.ts';

const Time = ({ time }: { time: Date }) => {
  const secondsFromNow = (time.getTime() - useApi().now()) / 1000;
  return (
    <time dateTime={time.toISOString()} className="block text-sm">
      {formatDate(time, { dateStyle: 'long', timeStyle: 'medium' })}, {formatRelativeTime(secondsFromNow)}
    </time>
  );
};

/** The members of a header or payload: name, value and description. */
export const MemberList = ({ members }: { members: Members }) => (
  <dl className="divide-y divide-base-300">
    {Object.entries(members).map(([name, value]) => {
      const time = parseTime(name, value);
      return (
        <div key={name} className="grid gap-x-4 py-3 first:pt-0 last:pb-0 sm:grid-cols-[7rem_1fr]">
          <dt className="break-all font-mono text-sm font-semibold">{name}</dt>
          <dd className="min-w-0">
            <span className="break-all font-mono text-sm">{JSON.stringify(value)}</span>
            {time && <Time time={time} />}
            <span className="block text-sm text-base-content/75">{describeMember(name)}</span>
          </dd>
        </div>
      );
    })}
  </dl>
);
