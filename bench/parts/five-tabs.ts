import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { inTurn, type Part } from '../part.ts';

const rounds = 50;
const [survived, perRound, refreshes, lost] = ['rounds', 'time per round', 'refreshes', 'lost answers'];

/** Runs the browser test of the gate for more rounds. It fails if a tab ever shows the sign-in page. */
const runJourney = async (): Promise<Record<string, number>> => {
  const journey = ['test', 'e2e/sessions.spec.ts', '-g', 'five tabs', '--reporter=list'];
  const env = { ...process.env, E2E_ROUNDS: String(rounds) };
  const { stdout } = await promisify(execFile)('node_modules/.bin/playwright', journey, { env });
  const [, counted, seconds, sent, lostAnswers] =
    /(\d+) rounds in ([\d.]+) s: (\d+) refreshes, (\d+) of their answers lost/.exec(stdout) ?? [];
  return {
    [survived]: Number(counted),
    [perRound]: Number(seconds) / rounds,
    [refreshes]: Number(sent),
    [lost]: Number(lostAnswers),
  };
};

export const fiveTabs: Part = {
  title: 'Five tabs of one browser',
  about:
    'Two browsers with five tabs each. In every round all access tokens have expired, all tabs send a request at the same time, one of them reloads, and three of seven refresh answers are lost. It is the browser test of the gate with five times the rounds.',
  targets: [{ what: 'rounds in which no tab shows the sign-in page', of: [survived, 'Latchkey'], min: rounds }],
  measure: (say) =>
    inTurn(
      1,
      { [survived]: 'rounds', [perRound]: 's', [refreshes]: 'refreshes', [lost]: 'answers' },
      { Latchkey: runJourney },
      say,
    ),
};
