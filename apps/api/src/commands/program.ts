import { Command, type OutputConfiguration } from '@commander-js/extra-typings';
import type { Config } from '../config.ts';
import type { Services } from '../services.ts';
import { addAppCommands } from './apps.ts';
import { addDatabaseCommands } from './db.ts';
import { addDoctorCommand } from './doctor.ts';
import { addKeyCommands } from './keys.ts';
import { addMailCommands } from './mail.ts';
import { addUserCommands } from './users.ts';

/** Declares that a command needs the database: `run` gets the services of an open one, and its result is printed. */
export type OnDatabase = <Words extends unknown[]>(
  run: (services: Services, ...words: Words) => Promise<string>,
) => (...words: Words) => Promise<void>;

/** Declares that a command needs the settings only: the database may be older, or not there. */
export type OnConfig = <Words extends unknown[]>(
  run: (config: Config, ...words: Words) => Promise<string>,
) => (...words: Words) => Promise<void>;

/** The operator's commands. Wrong usage throws a CommanderError, after the message was written to stderr. */
export const createProgram = (
  onDatabase: OnDatabase,
  onConfig: OnConfig,
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
  addDatabaseCommands(program, onConfig);
  addDoctorCommand(program, onConfig, print);
  return program;
};
