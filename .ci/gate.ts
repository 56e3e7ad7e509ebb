import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { countOf } from './count.ts';

const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
/** Each runs whatever came of the one before: a test that fails keeps no other from being run. */
const steps: readonly string[] = ['node .ci/bring-python.ts', ...scripts.test.split(' && '), scripts.check];

/** After so long without output a line says that the step goes on. */
const quietSeconds = 15;

/** Runs a step, passes on what it writes, and gives its exit code. */
const run = async (command: string): Promise<number> => {
  console.log(`\n$ ${command}`);
  const startedAt = Date.now();
  const seconds = (): number => Math.round((Date.now() - startedAt) / 1000);
  let heardAt = 0;
  const child = spawn(command, { shell: true, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const [from, to] of [
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ] as const) {
    from.on('data', (text) => {
      heardAt = seconds();
      to.write(text);
    });
  }
  const beating = setInterval(() => {
    if (seconds() - heardAt < quietSeconds) return;
    heardAt = seconds();
    console.log(`… ${command}: ${seconds()} s`);
  }, 1000);
  const closed = once(child, 'close');
  const [code] = await once(child, 'exit');
  // A process that the step has left behind may hold its output open.
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
  // A step that failed without a test that failed, as one that died or a check, is a failure of its own.
  failed.push(...(code !== 0 && count.failed.length === 0 ? [step] : count.failed));
  skipped.push(...count.skipped);
}
for (const name of skipped) console.log(`skipped: ${name}`);
for (const name of failed) console.log(`failed: ${name}`);
process.exitCode = failed.length === 0 ? 0 : 1;
console.log(`${passed} passed, ${failed.length} failed`);
