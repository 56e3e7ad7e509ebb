import { setPriority } from 'node:os';
import { hashPassword, verifyPassword } from './password-hash.ts';
import { type PasswordContext, passwordFault } from './password-policy.ts';

// On Linux 0 names this thread alone; elsewhere it would name the whole process.
if (process.platform === 'linux') setPriority(0, 10);

let common: Promise<ReadonlySet<string>> | undefined;
const loadCommon = async (): Promise<ReadonlySet<string>> => {
  const { dictionary } = await import('@zxcvbn-ts/language-common');
  return new Set(dictionary['passwords-common'].filter((password) => password.length >= 8));
};

/** What the pool runs in its threads, each by its name. */
export const hash = ({ password, cost }: { password: string; cost: number }): string => hashPassword(password, cost);

export const matches = ({ password, hash }: { password: string; hash: string }): boolean =>
  verifyPassword(password, hash);

export const fault = async (password: { text: string; context: PasswordContext }): Promise<string | undefined> => {
  common ??= loadCommon();
  return passwordFault(password.text, password.context, await common);
};
