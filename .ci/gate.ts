import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { countOf } from './count.ts';

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
/** Every step runs, even if an earlier one failed. */
const steps: readonly string[] = ['node .ci/bring-packages.ts', ...scripts.test.split(' && '), scripts.check];

/** After this time without output, a line reports that the step is still running. */
const quietSeconds = 15;

/** Runs a step, forwards its output and returns its exit code. */
const run = async (command: string): Promise<number> => {
  console.log(`\n$ ${command}`);
  const startedAt = Date.now();
  const seconds = (): number => Math.round((Date.now() - startedAt) / 1000);
  let outputAt = 0;
  const child = spawn(command, { shell: true, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const [from, to] of [
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ] as const) {
    from.on('data', (text) => {
      outputAt = seconds();
      to.write(text);
    });
  }
  const beating = setInterval(() => {
    if (seconds() - outputAt < quietSeconds) return;
    outputAt = seconds();
    console.log(`… ${command}: ${seconds()} s`);
  }, 1000);
  const closed = once(child, 'close');
  const [code] = await once(child, 'exit');
  // A process that the step left running may keep its output open.
  await Promise.race([closed, sleep(1000)]);
  clearInterval(beating);
  console.log(`$ ${command}: ${code === 0 ? 'done' : `FAILED (${code})`} after ${seconds()} s`);
  return code ?? 1;
};

mkdirSync('reports', { recursive: true });
let passed = 0;
const failed: string[] = [];
const skipped: string[] = [];
for (const step of steps) {
  const code = await run(step);
  const count = countOf(step);
  passed += count.passed;
  // A step that failed without a failed test, such as a check or a crash, counts as one failure.
  failed.push(...(code !== 0 && count.failed.length === 0 ? [step] : count.failed));
  skipped.push(...count.skipped);
}
for (const name of skipped) console.log(`skipped: ${name}`);
for (const name of failed) console.log(`failed: ${name}`);
process.exitCode = failed.length === 0 ? 0 : 1;
console.log(`${passed} passed, ${failed.length} failed`);
