import type { Event } from '@latchkey/contract/activity';
import { Link } from 'react-router-dom';
import { RelativeTime, TimeOfDay } from '../api/relative-time.tsx';
import { deviceInWords } from '../ui/device-in-words.ts';
import { broadcast } from './describe-event.ts';
import type { Line } from './fold-failures.ts';
import { NotMe } from './report-dialog.tsx';

/** What all have in common; else how many different ones there are. */
const inCommon = (all: readonly (string | undefined)[], plural: string): string | undefined => {
  const different = new Set(all);
  return different.size > 1 ? `${different.size} different ${plural}` : all[0];
};

const placeOf = (events: readonly Event[]): string[] =>
  [
    inCommon(events.map(deviceInWords), 'browsers'),
    inCommon(
      events.map(({ address }) => address ?? undefined),
      'addresses',
    ),
  ].filter((words) => words !== undefined);

const When = ({ at, isToday }: { at: string; isToday: boolean }) =>
  isToday ? <RelativeTime at={at} /> : <TimeOfDay at={at} />;

type Props = { readonly line: Line; readonly isToday: boolean; readonly isDisowned: boolean };

/** It can be given the focus, when it is the first of those that were asked for. */
export const ActivityLine = ({ line, isToday, isDisowned }: Props) => {
  const { newest, older } = line;
  const { words, note, isAlarming, isOperators, isThisDevice, remedy } = broadcast(newest);
  const place = isOperators ? ['by whoever runs this service'] : placeOf([newest, ...older]);
  return (
    <li
      tabIndex={-1}
      className={`flex flex-wrap items-center gap-x-4 gap-y-2 py-4 first:pt-0 last:pb-0 ${isAlarming ? 'border-s-4 border-s-warning ps-3' : ''}`}
    >
      <div className="min-w-0 grow basis-56">
        <p className="font-medium wrap-anywhere">
          {words}
          {older.length > 0 && `, ${older.length + 1} times`}{' '}
          {isAlarming && <span className="badge badge-warning badge-sm">Worth a look</span>}
          {isThisDevice && <span className="badge badge-primary badge-sm">This device</span>}
        </p>
        {note && <p className="text-sm">{note}</p>}
        <p className="text-sm text-base-content/75 wrap-anywhere">
          {place.map((words) => `${words} · `)}
          {older.length > 0 && 'last '}
          <When at={newest.at} isToday={isToday} />
        </p>
        {isDisowned && <p className="text-sm">You said that this was not you.</p>}
      </div>
      {remedy === 'disown' && <NotMe event={newest} words={words} />}
      {remedy === 'new password' && (
        <Link to="/password" className="btn btn-ghost btn-sm max-sm:-ms-3">
          Change password
        </Link>
      )}
    </li>
  );
};
