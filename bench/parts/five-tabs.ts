import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { inTurn, type Part } from '../part.ts';

const rounds = 50;
const [survived, perRound, refreshes, lost] = ['rounds', 'time for a round', 'refreshes', 'answers lost'];

/** Runs the journey of the gate, for longer. It fails where a tab ever sees the sign-in page. */
const runJourney = async (): Promise<Record<string, number>> => {
  const journey = ['test', 'e2e/sessions.spec.ts', '-g', 'five tabs', '--reporter=list'];
  const env = { ...process.env, E2E_ROUNDS: String(rounds) };
  const { stdout } = await promisify(execFile)('node_modules/.bin/playwright', journey, { env });
  const [, counted, seconds, sent, unheard] =
    /(\d+) rounds in ([\d.]+) s: (\d+) refreshes, (\d+) of their answers lost/.exec(stdout) ?? [];
  return {
    [survived]: Number(counted),
    [perRound]: Number(seconds) / rounds,
    [refreshes]: Number(sent),
    [lost]: Number(unheard),
  };
};

export const fiveTabs: Part = {
  title: 'Five tabs of one browser',
  about:
    'Two browsers with five tabs each. At the start of every round all access tokens have expired, all tabs ask for something at once, one of them loads its page anew, and three of seven answers to a refresh are lost. It is the journey of the gate with five times its rounds.',
  targets: [{ what: 'rounds in which no tab sees the sign-in page', of: [survived, 'Latchkey'], least: rounds }],
  measure: (say) =>
    inTurn(
      1,
      { [survived]: 'rounds', [perRound]: 's', [refreshes]: 'refreshes', [lost]: 'answers' },
      { Latchkey: runJourney },
      say,
    ),
};
