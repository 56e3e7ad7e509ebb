import { parseArgs } from 'node:util';
import { systemClock } from './clock.ts';
import { CommandError, help, lookUp } from './commands/commands.ts';
import { keyCommands } from './commands/keys.ts';
import { userCommands } from './commands/users.ts';
import { ConfigError, readConfig } from './config.ts';
import { DatabaseStartError } from './database/database.ts';
import { openDatabase } from './database/open.ts';
import { createServices } from './services.ts';

const groups = { keys: keyCommands, users: userCommands };

/** Runs `pnpm keys …` or `pnpm users …` for the operator, with the settings of the server. */
const run = async (): Promise<string> => {
  const [groupName = '', ...rest] = process.argv.slice(2);
  const group = lookUp(groups, groupName);
  if (!group)
    throw new CommandError(
      Object.entries(groups)
        .map(([name, commands]) => help(name, commands))
        .join('\n'),
    );
  const { values, positionals } = parseArgs({
    args: rest,
    allowPositionals: true,
    options: { lead: { type: 'string' }, now: { type: 'boolean' }, admin: { type: 'boolean' } },
  });
  const [name = '', ...words] = positionals;
  const command = lookUp(group, name);
  if (!command) throw new CommandError(help(groupName, group));

  process.umask(0o077);
  const config = readConfig();
  const database = await openDatabase(
    config.databaseUrl,
    () => {},
    (sentence) => process.stderr.write(`${sentence}\n`),
  );
  const services = createServices(config, database, systemClock);
  try {
    return await command.run({ config, services }, words, values);
  } finally {
    await Promise.all([services.hasher.close(), database.close()]);
  }
};

const forOperator = [CommandError, ConfigError, DatabaseStartError, TypeError];

run().then(console.log, (error: Error) => {
  process.stderr.write(`${forOperator.some((kind) => error instanceof kind) ? error.message : error.stack}\n`);
  process.exitCode = 1;
});
