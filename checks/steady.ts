import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, openSync, rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { countOf } from '../.ci/count.ts';
import { startPostgres } from '../apps/api/testing/start-postgres.ts';
import { databaseNameOf, latchkeys } from '../e2e/servers.ts';

const { values } = parseArgs({
  options: {
    vitest: { type: 'string', default: '10' },
    journeys: { type: 'string', default: '0' },
    busy: { type: 'string', default: '0' },
    processes: { type: 'string', default: '1' },
  },
});
const counts = [values.vitest, values.journeys, values.busy, values.processes].map(Number);
const [vitest = 0, journeys = 0, busy = 0, processes = 1] = counts;
if (!counts.every((count) => Number.isInteger(count) && count >= 0)) {
  console.error('Usage: pnpm steady [--vitest N] [--journeys M] [--busy K] [--processes P]');
  process.exit(2);
}

// Then the loops below end, too.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

// Each keeps one core busy, like other work on the machine.
for (let loop = 0; loop < busy; loop++) {
  const child = spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' });
  process.once('exit', () => child.kill());
}

/** Runs the step, its output to this file. */
const run = async (step: string, output: string): Promise<unknown> => {
  const isOnPostgres = processes > 1 && step.startsWith('playwright');
  const postgres = isOnPostgres ? await startPostgres({ databases: latchkeys.map(databaseNameOf) }) : undefined;
  const log = openSync(output, 'w');
  const env = { ...process.env, TEST_PROCESSES: String(processes), ...(postgres && { E2E_POSTGRES: postgres.url }) };
  const [code] = await once(spawn(step, { shell: true, stdio: ['ignore', log, log], env }), 'exit');
  await postgres?.stop();
  return code;
};

mkdirSync('reports', { recursive: true });
const runs = [...Array<string>(vitest).fill('vitest run'), ...Array<string>(journeys).fill('playwright test')];
const failures = new Map<string, number>();
for (const [place, step] of runs.entries()) {
  // A run that crashes writes no report; do not read the previous one.
  for (const suite of ['vitest', 'playwright']) rmSync(`reports/${suite}.json`, { force: true });
  const output = `reports/steady-${place + 1}.log`;
  const startedAt = Date.now();
  const code = await run(step, output);
  const { passed, failed } = countOf(step);
  const names = code !== 0 && failed.length === 0 ? [`${step} ended with ${code}`] : failed;
  for (const name of names) failures.set(name, (failures.get(name) ?? 0) + 1);
  const seconds = Math.round((Date.now() - startedAt) / 1000);
  console.log(
    `${place + 1} of ${runs.length}: ${step}: ${passed} passed, ${names.length} failed, ${seconds} s (${output})`,
  );
  for (const name of names) console.log(`  ✗ ${name}`);
}

for (const [name, count] of failures) console.log(`failed ${count} times: ${name}`);
if (failures.size === 0) console.log(`Nothing failed in ${runs.length} runs with ${busy} busy loops.`);
process.exit(failures.size === 0 ? 0 : 1);
