import { username } from '@latchkey/contract/accounts';

/** A user name like this text, or like what precedes its `@`, if there can be one. */
export const usernameLike = (text: unknown): string | null => {
  if (typeof text !== 'string') return null;
  const ascii = text
    .slice(0, 100)
    .replace(/@.*/, '')
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9._-]/g, '');
  let like = ascii.replace(/^[._-]{1,100}/, '').slice(0, 32);
  while (/[._-]$/.test(like)) like = like.slice(0, -1);
  const parsed = username.safeParse(like);
  return parsed.success ? parsed.data : null;
};
