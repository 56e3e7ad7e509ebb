import { detailText } from '../events/event-detail.ts';
import type { Services } from '../services.ts';
import { moment, table } from './output.ts';

/** Prints the newest events of an account, oldest first, and whether its event log is intact. */
export const listActivity = async ({ events }: Services, userId: string): Promise<string> => {
  const newestFirst = await events.list(userId, undefined, 1000);
  const brokenAt = await events.findBreak(userId);
  const rows = newestFirst
    .toReversed()
    .map(({ number, at, kind, actor, address, detail }) => [
      String(number),
      moment(at),
      kind,
      actor,
      address ?? '–',
      detailText(detail) ?? '',
    ]);
  return [
    table([['NUMBER', 'WHEN', 'WHAT', 'BY', 'ADDRESS', 'DETAIL'], ...rows]),
    '',
    brokenAt === undefined
      ? `The event log is intact. Store its last hash to detect later whether its newest events were removed: ${newestFirst[0]?.hash ?? '–'}`
      : `Tampered: event ${brokenAt} does not match event ${brokenAt - 1}.`,
  ].join('\n');
};
