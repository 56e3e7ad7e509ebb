import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

type Options = { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv };

/** Runs a command. Returns nothing if it succeeds, otherwise what it printed. */
export const runCommand = async (
  file: string,
  words: readonly string[],
  { cwd = '.', env = {} }: Options = {},
): Promise<string[]> => {
  try {
    await promisify(execFile)(file, words, { cwd, env: { ...process.env, ...env } });
    return [];
  } catch (error) {
    const { stdout = '', stderr = '', message } = error as Error & { stdout?: string; stderr?: string };
    return [`${message}\n${stdout}${stderr}`];
  }
};
