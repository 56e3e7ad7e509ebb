import { createProgram } from '../src/commands/program.ts';
import type { Services } from '../src/services.ts';

/** Runs a command of the operator, such as `users`, `disable`, `ada`, on the database of a test. Returns what it prints. */
export const runCommand = async (services: Services, ...words: readonly string[]): Promise<string> => {
  let printed = '';
  const lines: string[] = [];
  const program = createProgram(
    (run) =>
      async (...values) => {
        printed = await run(services, ...values);
      },
    { writeErr: () => {} },
    (line) => {
      lines.push(line);
    },
  );
  await program.parseAsync(words, { from: 'user' });
  return [...lines, printed].join('\n');
};
