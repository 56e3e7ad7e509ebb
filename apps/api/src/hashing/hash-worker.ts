import { setPriority } from 'node:os';
import type { PasswordOwner } from '@latchkey/password-policy';
import { weakPasswordText } from '@latchkey/password-policy/weak-password-text';
import { comparePassword, type HashOptions, hashPassword } from './password-hash.ts';

// Reads come first. Lower than 10, a sign-in takes half a minute while other programs keep every core busy.
// On Linux, 0 means this thread; elsewhere it would mean the whole process.
if (process.platform === 'linux') setPriority(0, 10);

/** The functions that the pool calls by name. */
export const hash = ({ password, options }: { password: string; options: HashOptions }): Promise<string> =>
  hashPassword(password, options);

export const matches = ({
  password,
  hash,
  options,
}: {
  password: string;
  hash: string;
  options: HashOptions;
}): Promise<boolean> => comparePassword(password, hash, options);

export const fault = async ({ text, owner }: { text: string; owner: PasswordOwner }): Promise<string | undefined> => {
  // Loaded on demand, because every thread would hold the word lists in memory.
  const { judgePassword } = await import('@latchkey/password-policy');
  const { fault } = judgePassword(text, owner);
  return fault && weakPasswordText(fault);
};
