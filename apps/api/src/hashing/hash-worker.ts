import { setPriority } from 'node:os';
import type { PasswordOwner } from '@latchkey/password-policy';
import { comparePassword, hashPassword, type Making } from './password-hash.ts';

// On Linux 0 names this thread alone; elsewhere it would name the whole process.
if (process.platform === 'linux') setPriority(0, 19);

/** What the pool runs in its threads, each by its name. */
export const hash = ({ password, making }: { password: string; making: Making }): Promise<string> =>
  hashPassword(password, making);

export const matches = ({
  password,
  hash,
  making,
}: {
  password: string;
  hash: string;
  making: Making;
}): Promise<boolean> => comparePassword(password, hash, making);

export const fault = async ({ text, owner }: { text: string; owner: PasswordOwner }): Promise<string | undefined> => {
  // Not before there is a password to judge: the word lists would lie in the memory of every thread.
  const { judgePassword } = await import('@latchkey/password-policy');
  return judgePassword(text, owner).fault;
};
