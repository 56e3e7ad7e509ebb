import type { Event } from '@latchkey/contract/activity';
import { Link } from 'react-router-dom';
import { RelativeTime, TimeOfDay } from '../api/relative-time.tsx';
import { deviceLabel } from '../ui/device-label.ts';
import { IsolatedText } from '../ui/isolated-text.tsx';
import { describeEvent } from './describe-event.ts';
import type { EventGroup } from './group-failures.ts';
import { ReportButton } from './report-button.tsx';

/** The value that all events share, or how many different ones there are. */
const summarize = (values: readonly (string | undefined)[], plural: string): string | undefined => {
  const count = new Set(values).size;
  return count > 1 ? `${count} different ${plural}` : values[0];
};

const origins = (events: readonly Event[]): string[] =>
  [
    summarize(events.map(deviceLabel), 'browsers'),
    summarize(
      events.map(({ address }) => address ?? undefined),
      'addresses',
    ),
  ].filter((text) => text !== undefined);

const EventTime = ({ at, isToday }: { at: string; isToday: boolean }) =>
  isToday ? <RelativeTime at={at} /> : <TimeOfDay at={at} />;

type Props = { readonly group: EventGroup; readonly isToday: boolean; readonly isReported: boolean };

/** `tabIndex` lets the first line of a newly loaded page take the focus. */
export const ActivityLine = ({ group, isToday, isReported }: Props) => {
  const { newest, older } = group;
  const { text, note, isUnusual, isByAdministrator, isThisDevice, action } = describeEvent(newest);
  const origin = isByAdministrator ? ['by an administrator'] : origins([newest, ...older]);
  return (
    <li
      tabIndex={-1}
      className={`flex flex-wrap items-center gap-x-4 gap-y-2 py-4 first:pt-0 last:pb-0 ${isUnusual ? 'border-s-4 border-s-warning ps-3' : ''}`}
    >
      <div className="min-w-0 grow basis-56">
        <p className="font-medium wrap-anywhere">
          <IsolatedText text={text} name={newest.detail} />
          {older.length > 0 && `, ${older.length + 1} times`}{' '}
          {isUnusual && <span className="badge badge-warning badge-sm">Unusual</span>}
          {isThisDevice && <span className="badge badge-primary badge-sm">This device</span>}
        </p>
        {note && <p className="text-sm">{note}</p>}
        <p className="text-sm text-base-content/75 wrap-anywhere">
          {origin.map((part) => `${part} · `)}
          {older.length > 0 && 'last '}
          <EventTime at={newest.at} isToday={isToday} />
        </p>
        {isReported && <p className="text-sm">You reported this.</p>}
      </div>
      {action === 'report' && <ReportButton event={newest} text={text} />}
      {action === 'change_password' && (
        <Link to="/password" className="btn btn-ghost btn-sm max-sm:-ms-3">
          Change password
        </Link>
      )}
    </li>
  );
};
