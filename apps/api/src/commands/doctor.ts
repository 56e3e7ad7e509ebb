import type { Command } from '@commander-js/extra-typings';
import { systemClock } from '../clock.ts';
import { type Config, settingNamesOf } from '../config.ts';
import { connectDatabase, pathOf } from '../database/open.ts';
import { checkDatabase } from '../doctor/check-database.ts';
import { checkFiles } from '../doctor/check-files.ts';
import { checkService } from '../doctor/check-service.ts';
import { checkSettings } from '../doctor/check-settings.ts';
import type { Finding } from '../doctor/finding.ts';
import { OperatorError } from '../operator-error.ts';
import { createServices } from '../services.ts';
import { examples } from './output.ts';
import type { OnConfig } from './program.ts';

const checkTables = async (config: Config): Promise<Finding[]> => {
  const database = await connectDatabase(config.databaseUrl);
  const services = createServices(config, database, systemClock);
  try {
    return await checkService(services);
  } finally {
    services.closeMail();
    await Promise.all([services.hasher.close(), database.close()]);
  }
};

const diagnose = async (config: Config): Promise<readonly Finding[]> => {
  const { findings, isUsable } = await checkDatabase(config.databaseUrl, systemClock);
  return [
    ...(await checkSettings(config, settingNamesOf(config))),
    ...checkFiles(pathOf(config.databaseUrl)),
    ...findings,
    ...(isUsable ? await checkTables(config) : []),
  ];
};

const marks = { ok: 'ok  ', warn: 'warn', fail: 'FAIL' } as const;

const inWords = (findings: readonly Finding[]): string => {
  const width = Math.max(...findings.map(({ check }) => check.length));
  return findings.map(({ check, status, text }) => `${marks[status]}  ${check.padEnd(width)}  ${text}`).join('\n');
};

export const addDoctorCommand = (program: Command, onConfig: OnConfig, print: (line: string) => void): void => {
  program
    .command('doctor')
    .description(
      'Check the settings, the database and the machine, and name what to change. Exits with 1 if something fails.',
    )
    .option('--json', 'for programs', false)
    .addHelpText('after', examples('run doctor', 'run doctor --json'))
    .action(
      onConfig(async (config, { json }: { json: boolean }) => {
        const findings = await diagnose(config);
        print(json ? JSON.stringify(findings, undefined, 2) : inWords(findings));
        const failed = findings.filter(({ status }) => status === 'fail').length;
        const warned = findings.filter(({ status }) => status === 'warn').length;
        if (failed > 0) throw new OperatorError(`${failed} of ${findings.length} checks failed.`);
        if (json) return '';
        return warned > 0 ? `Nothing failed; ${warned} to look at.` : 'All is well.';
      }),
    );
};
