import { existsSync } from 'node:fs';
import { CommanderError } from '@commander-js/extra-typings';
import { createProgram, type OnConfig, type OnDatabase } from './commands/program.ts';
import { misspelledSettings } from './misspelled-settings.ts';
import { failureText } from './operator-error.ts';

const notify = (sentence: string) => process.stderr.write(`${sentence}\n`);

const loadConfig = async () => {
  // Loaded only by the commands that need them, so that --help answers at once.
  const { readConfig, settingNamesOf } = await import('./config.ts');
  process.umask(0o077);
  if (existsSync('.env')) process.loadEnvFile();
  const config = readConfig();
  for (const sentence of misspelledSettings(settingNamesOf(config))) notify(sentence);
  return config;
};

const onConfig: OnConfig =
  (run) =>
  async (...words) =>
    console.log(await run(await loadConfig(), ...words));

const onDatabase: OnDatabase =
  (run) =>
  async (...words) => {
    const config = await loadConfig();
    const [{ systemClock }, { migrateDatabase, connectDatabase }, { createServices }] = await Promise.all([
      import('./clock.ts'),
      import('./database/open.ts'),
      import('./services.ts'),
    ]);
    await migrateDatabase(config.databaseUrl, 'new', notify);
    const database = await connectDatabase(config.databaseUrl, { onNotice: notify });
    const services = createServices(config, database, systemClock);
    try {
      console.log(await run(services, ...words));
    } finally {
      services.closeMail();
      await Promise.all([services.hasher.close(), database.close()]);
    }
  };

/** Exits with 0, or with 1 when the command failed, or with 2 when its usage was wrong. */
createProgram(onDatabase, onConfig)
  .parseAsync()
  .catch((error: unknown) => {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : 2;
      return;
    }
    process.stderr.write(`${failureText(error)}\n`);
    process.exitCode = 1;
  });
