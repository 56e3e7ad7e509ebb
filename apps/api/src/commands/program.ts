import { Command, type OutputConfiguration } from '@commander-js/extra-typings';
import type { Services } from '../services.ts';
import { addAppCommands } from './apps.ts';
import { addKeyCommands } from './keys.ts';
import { addMailCommands } from './mail.ts';
import { addUserCommands } from './users.ts';

/** Declares that a command needs the database: `run` gets the services of an open one, and its result is printed. */
export type OnDatabase = <Words extends unknown[]>(
  run: (services: Services, ...words: Words) => Promise<string>,
) => (...words: Words) => Promise<void>;

/** The operator's commands. Wrong usage throws a CommanderError, after the message was written to stderr. */
export const createProgram = (
  onDatabase: OnDatabase,
  output: OutputConfiguration = {},
  print: (line: string) => void = console.log,
): Command => {
  const program = new Command('pnpm')
    .description("The operator's commands. They use the settings and the database of the server.")
    .exitOverride()
    .configureOutput(output)
    .showHelpAfterError('For help, add --help.');
  addUserCommands(program, onDatabase, print);
  addAppCommands(program, onDatabase);
  addKeyCommands(program, onDatabase);
  addMailCommands(program, onDatabase);
  return program;
};
