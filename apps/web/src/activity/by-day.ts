/** A day as people call it: `Today`, `Yesterday`, else its date. */
const nameOfDay = (moment: Date, now: Date): string => {
  const yesterday = new Date(now);
  yesterday.setDate(now.getDate() - 1);
  if (moment.toDateString() === now.toDateString()) return 'Today';
  if (moment.toDateString() === yesterday.toDateString()) return 'Yesterday';
  // As the whole page: in English, whatever the browser speaks.
  return moment.toLocaleDateString('en', { dateStyle: 'full' });
};

export type Day<Thing> = { readonly name: string; readonly things: readonly Thing[] };

/** Things in order, parted where a day of the reader's ends. */
export const byDay = <Thing>(things: readonly Thing[], momentOf: (thing: Thing) => Date, now: Date): Day<Thing>[] => {
  const days: { name: string; things: Thing[] }[] = [];
  for (const thing of things) {
    const name = nameOfDay(momentOf(thing), now);
    const last = days.at(-1);
    if (last?.name === name) last.things.push(thing);
    else days.push({ name, things: [thing] });
  }
  return days;
};
