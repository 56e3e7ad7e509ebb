import { formatDate } from '../ui/format-time.ts';

const dayName = (date: Date, now: Date): string => {
  const yesterday = new Date(now);
  yesterday.setDate(now.getDate() - 1);
  if (date.toDateString() === now.toDateString()) return 'Today';
  if (date.toDateString() === yesterday.toDateString()) return 'Yesterday';
  return formatDate(date, { dateStyle: 'full' });
};

type Day<Item> = { readonly name: string; readonly items: readonly Item[] };

/** Groups sorted items by day, in the browser's time zone. */
export const groupByDay = <Item>(items: readonly Item[], dateOf: (item: Item) => Date, now: Date): Day<Item>[] => {
  const days: { name: string; items: Item[] }[] = [];
  for (const item of items) {
    const name = dayName(dateOf(item), now);
    const last = days.at(-1);
    if (last?.name === name) last.items.push(item);
    else days.push({ name, items: [item] });
  }
  return days;
};
