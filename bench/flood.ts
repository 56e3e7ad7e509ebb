import autocannon from 'autocannon';
import { latchkeySignIns } from './world.ts';

// A process of its own, so that it does not delay the measurements: signs in over many connections without pause, until it gets
// SIGTERM, and prints how often each status was answered. Latchkey may answer that it is busy.
const [base = '', connections] = process.argv.slice(2);
const statuses: Record<number, number> = {};
const run = autocannon(
  { url: base, connections: Number(connections), duration: 600, timeout: 60, requests: latchkeySignIns('bcrypt') },
  () => {},
);
run.on('response', (_client, status) => {
  statuses[status] = (statuses[status] ?? 0) + 1;
});
process.once('SIGTERM', () => {
  console.log(JSON.stringify(statuses));
  process.exit();
});
