import { setPriority } from 'node:os';
import type { PasswordOwner } from '@latchkey/contract/password-policy';
import { compareAtCost, hashPassword } from './password-hash.ts';

// On Linux 0 names this thread alone; elsewhere it would name the whole process.
if (process.platform === 'linux') setPriority(0, 10);

/** What the pool runs in its threads, each by its name. */
export const hash = ({ password, cost }: { password: string; cost: number }): string => hashPassword(password, cost);

export const matches = ({ password, hash, cost }: { password: string; hash: string; cost: number }): boolean =>
  compareAtCost(password, hash, cost);

export const fault = async ({ text, owner }: { text: string; owner: PasswordOwner }): Promise<string | undefined> => {
  // Not before there is a password to judge: the word lists would lie in the memory of every thread.
  const { judgePassword } = await import('@latchkey/contract/password-policy');
  return judgePassword(text, owner).fault;
};
