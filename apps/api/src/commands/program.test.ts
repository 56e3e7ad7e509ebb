import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { describe, expect, it } from 'vitest';
import { createProgram } from './program.ts';

/** Parses a command line. Commands that would open a database fail. */
const parse = async (...words: readonly string[]) => {
  let out = '';
  let err = '';
  const unopened = () => async () => {
    throw new Error('opened a database');
  };
  const program = createProgram(unopened, unopened, {
    writeOut: (text) => {
      out += text;
    },
    writeErr: (text) => {
      err += text;
    },
  });
  const failure = await program.parseAsync(words, { from: 'user' }).then(
    () => undefined,
    (error) => error,
  );
  return { out, err, failure };
};

const commandsBelow = (command: CommandUnknownOpts, words: readonly string[] = []): string[][] =>
  command.commands.flatMap((child) => {
    const path = [...words, child.name()];
    return [path, ...commandsBelow(child, path)];
  });
const everyCommand = commandsBelow(
  createProgram(
    () => async () => {},
    () => async () => {},
  ),
);

describe('the command line', () => {
  it.each(everyCommand)('%s %s --help explains the command without a database', async (...path) => {
    const words = path.filter((word) => word !== undefined);
    const { out, failure } = await parse(...words, '--help');
    expect(failure).toMatchObject({ exitCode: 0 });
    expect(out).toContain(`Usage: pnpm ${words.join(' ')}`);
    if (words.length === 2) expect(out).toContain(`Examples:\n  npx pnpm ${words.join(' ')}`);
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'lst'])('%j is not a command', async (name) => {
    for (const words of [[name], ['users', name], ['keys', name], ['mail', name]]) {
      const { err, failure } = await parse(...words);
      expect(failure).toMatchObject({ code: 'commander.unknownCommand' });
      expect(err).toContain(`unknown command '${name}'`);
    }
  });

  it.each([
    ['users', 'lst', '(Did you mean list?)'],
    ['users', 'create', "missing required argument 'username'"],
    ['users', 'create', 'a', 'User name needs at least 3 characters.'],
    ['users', 'create', 'ada', '--root', "unknown option '--root'"],
    ['users', 'promote', 'ada', 'grace', 'too many arguments'],
    ['users', 'list', '--limit', '0', 'It must be a whole number from 1 to 1000.'],
    ['users', 'list', '--role', 'root', 'Allowed choices are user, admin.'],
    ['mail', 'test', 'ada', 'Enter an e-mail address such as ada@example.com.'],
    ['keys', 'rotate', '--lead', 'soon', 'It must be from 5s to 7d'],
  ])('explains what is wrong with %s %s %s', async (...words) => {
    const message = words.pop() ?? '';
    const { err, failure } = await parse(...words);
    expect(failure).toMatchObject({ name: 'CommanderError' });
    expect(err).toContain(message);
    expect(err).toContain('For help, add --help.');
  });
});
