import type { Services } from '../services.ts';
import { moment, table } from './output.ts';

type Options = Parameters<Services['accounts']['list']>[0];

/** The command that prints the next page. */
const nextPage = (options: Options, after: string): string => {
  const given = Object.entries({ ...options, after }).filter(([, value]) => value !== undefined);
  return `pnpm users list ${given.map(([name, value]) => `--${name} ${value}`).join(' ')}`;
};

/** Prints one page, and how to get the next one. */
export const listUsers = async ({ accounts }: Services, options: Options): Promise<string> => {
  const found = await accounts.list({ ...options, limit: options.limit + 1 });
  if (found.length === 0) return 'No users found.';
  const page = found.slice(0, options.limit);
  const rows = page.map(({ username, role, createdAt, disabledAt, closedAt, id }) => [
    username,
    role,
    moment(createdAt),
    closedAt ? `${moment(disabledAt)} (closed)` : moment(disabledAt),
    id,
  ]);
  const last = found.length > page.length ? page.at(-1) : undefined;
  return [
    table([['USER NAME', 'ROLE', 'SINCE', 'DISABLED', 'ID'], ...rows]),
    ...(last ? ['', `More users: ${nextPage(options, last.username)}`] : []),
  ].join('\n');
};
