import { createProgram } from '../src/commands/program.ts';
import type { Config } from '../src/config.ts';
import type { Services } from '../src/services.ts';

const run = async (words: readonly string[], services: Services | undefined, config: Config | undefined) => {
  const lines: string[] = [];
  const print = (line: string): void => void lines.push(line);
  const onGiven =
    <Given>(given: Given | undefined) =>
    <Words extends unknown[]>(work: (given: Given, ...values: Words) => Promise<string>) =>
    async (...values: Words): Promise<void> => {
      if (given === undefined) throw new Error('this command needs something else');
      print(await work(given, ...values));
    };
  const program = createProgram(onGiven(services), onGiven(config), { writeErr: () => {} }, print);
  // What was printed before a failure comes with it.
  await program.parseAsync(words, { from: 'user' }).catch((error) => {
    throw Object.assign(error, { printed: lines.join('\n') });
  });
  return lines.filter((line) => line !== '').join('\n');
};

/** Runs a command of the operator, such as `users`, `disable`, `ada`, on the database of a test. Returns what it prints. */
export const runCommand = (services: Services, ...words: readonly string[]): Promise<string> =>
  run(words, services, undefined);

/** Runs a command that needs the settings only, such as `db`, `status`. */
export const runWithConfig = (config: Config, ...words: readonly string[]): Promise<string> =>
  run(words, undefined, config);
