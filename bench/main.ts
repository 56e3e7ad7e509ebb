import { holds, type Part } from './part.ts';
import { authorize } from './parts/authorize.ts';
import { background } from './parts/background.ts';
import { besideSignIns } from './parts/beside-sign-ins.ts';
import { costs } from './parts/costs.ts';
import { databases } from './parts/databases.ts';
import { enumeration } from './parts/enumeration.ts';
import { firstPage } from './parts/first-page.ts';
import { fiveTabs } from './parts/five-tabs.ts';
import { growth } from './parts/growth.ts';
import { kill } from './parts/kill.ts';
import { lighthousePages } from './parts/lighthouse.ts';
import { maxInput } from './parts/longest-input.ts';
import { mail } from './parts/mail.ts';
import { overload } from './parts/overload.ts';
import { processes } from './parts/processes.ts';
import { reads } from './parts/reads.ts';
import { refreshes } from './parts/refreshes.ts';
import { revocation } from './parts/revocation.ts';
import { signIns } from './parts/sign-ins.ts';
import { soak } from './parts/soak.ts';
import { start } from './parts/start.ts';
import { draw } from './plot.ts';
import { readResults, saveResult, saveText } from './results.ts';
import { write } from './table.ts';

const parts: Record<string, Part> = {
  reads,
  'sign-ins': signIns,
  'beside-sign-ins': besideSignIns,
  overload,
  refreshes,
  authorize,
  start,
  growth,
  background,
  databases,
  processes,
  costs,
  'first-page': firstPage,
  lighthouse: lighthousePages,
  'five-tabs': fiveTabs,
  enumeration,
  revocation,
  'longest-input': maxInput,
  mail,
  kill,
  soak,
};
/** Each takes several minutes, so they run only when they are named. */
const byName = new Set(['mail', 'kill', 'soak']);

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in parts));
if (unknown.length > 0) {
  console.error(`Unknown benchmark: ${unknown.join(', ')}. Choose from: ${Object.keys(parts).join(', ')}.`);
  process.exit(2);
}
const wanted = Object.entries(parts).filter(([name]) => (asked.length > 0 ? asked.includes(name) : !byName.has(name)));

const beganAt = performance.now();
let isMissed = false;
for (const [place, [name, part]] of wanted.entries()) {
  const say = (progress: string): void => {
    const minutes = ((performance.now() - beganAt) / 60_000).toFixed(1);
    console.log(`${minutes.padStart(5)} min  part ${place + 1} of ${wanted.length}, ${name}: ${progress}`);
  };
  const metrics = await part.measure(say);
  for (const target of part.targets.filter((target) => !holds(metrics, target))) {
    say(`MISSED TARGET: ${target.what}`);
    isMissed = true;
  }
  saveResult(name, metrics);
}

const results = readResults();
saveText('README.md', write(parts, results));
saveText('plot.svg', await draw(results));
console.log('Wrote bench/results/README.md and plot.svg.');
process.exit(isMissed ? 1 : 0);
