import type { Event, EventKind } from '@latchkey/contract/activity';

/** One line of the list: an event and, where they are all alike, the older ones that it stands for. */
export type Line = { readonly newest: Event; readonly older: readonly Event[] };

/** What a stranger can bring about as often as they like. */
const failures: readonly EventKind[] = ['sign_in_failed', 'password_not_confirmed'];

export const isFailure = ({ kind }: Event): boolean => failures.includes(kind);

/** Addresses are cheap: of those that fail in one run, the first few get a line each, all others share the next. */
const ownLines = 3;

const lineFor = <Known extends Line>(run: readonly Known[], { kind, address, current }: Event): Known | undefined => {
  const ofKind = run.filter(({ newest }) => newest.kind === kind && newest.current === current);
  return ofKind.find(({ newest }) => newest.address === address) ?? ofKind[ownLines];
};

/**
 * Lines for events, newest first. Failures of one kind from one address are one line until something else happened,
 * so that nobody who only guesses can push the rest out of sight.
 */
export const foldFailures = (events: readonly Event[]): Line[] => {
  const lines: { newest: Event; older: Event[] }[] = [];
  let run: typeof lines = [];
  for (const event of events) {
    if (!isFailure(event)) run = [];
    const known = lineFor(run, event);
    if (known) {
      known.older.push(event);
    } else {
      const line = { newest: event, older: [] };
      lines.push(line);
      run.push(line);
    }
  }
  return lines;
};
