import type { Event, EventKind } from '@latchkey/contract/activity';

/** One line of the list: an event, and the older events of the same kind that it stands for. */
export type EventGroup = { readonly newest: Event; readonly older: readonly Event[] };

/** Somebody who does not know the password can cause any number of these. */
const failures: readonly EventKind[] = ['sign_in_failed', 'password_not_confirmed'];

export const isFailure = ({ kind }: Event): boolean => failures.includes(kind);

/** An attacker can use many addresses: in a run of failures the first few get a line each, and the rest share one line. */
const maxAddressLines = 3;

const findGroup = <Group extends EventGroup>(
  run: readonly Group[],
  { kind, address, current }: Event,
): Group | undefined => {
  const sameKind = run.filter(({ newest }) => newest.kind === kind && newest.current === current);
  return sameKind.find(({ newest }) => newest.address === address) ?? sameKind[maxAddressLines];
};

/**
 * Groups events, newest first. Consecutive failures of one kind from one address become one line, so that an attacker
 * cannot push other events out of sight.
 */
export const groupFailures = (events: readonly Event[]): EventGroup[] => {
  const groups: { newest: Event; older: Event[] }[] = [];
  let run: typeof groups = [];
  for (const event of events) {
    if (!isFailure(event)) run = [];
    const group = findGroup(run, event);
    if (group) {
      group.older.push(event);
    } else {
      const newGroup = { newest: event, older: [] };
      groups.push(newGroup);
      run.push(newGroup);
    }
  }
  return groups;
};
