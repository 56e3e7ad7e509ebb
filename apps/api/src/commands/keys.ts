import { type Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { keyState } from '../keys/key-states.ts';
import { retireKey } from '../keys/retire-key.ts';
import { rotateKey } from '../keys/rotate-key.ts';
import type { Services } from '../services.ts';
import { parseDuration } from '../setting-parsers.ts';
import { examples, moment, table } from './output.ts';
import type { OnDatabase } from './program.ts';

/** Running processes reload the keys every second, services the JWKS every minute. */
const minLeadSeconds = 5;
/** While one key is pending no other can be created, so the time is limited. */
const maxLead = '7d';

const lead = (text: string): number => {
  const seconds = parseDuration(text);
  if (seconds >= minLeadSeconds && seconds <= parseDuration(maxLead)) return seconds;
  throw new InvalidArgumentError(`It must be from ${minLeadSeconds}s to ${maxLead}, such as 30s or 5m.`);
};

const list = async ({ signingKeys, clock }: Services): Promise<string> => {
  const keys = await signingKeys.list();
  if (keys.length === 0) return 'There are no keys yet. Latchkey creates the first one when it starts.';
  const now = clock();
  return table([
    ['NUMBER', 'STATE', 'ALGORITHM', 'SIGNS FROM', 'KEY ID'],
    ...keys.map((key) => [String(key.number), keyState(key, keys, now), key.algorithm, moment(key.activeAt), key.id]),
  ]);
};

export const addKeyCommands = (program: Command, onDatabase: OnDatabase): void => {
  const keys = program.command('keys').description('List, rotate and revoke the keys that sign tokens.');

  keys
    .command('list')
    .description('List the keys and their states.')
    .addHelpText('after', examples('keys list'))
    .action(onDatabase(list));

  keys
    .command('rotate')
    .description('Publish a new key now, and sign with it after the lead.')
    .addOption(
      new Option('--lead <duration>', 'how long the key stays pending, so that every service learns it')
        .argParser(lead)
        .default(lead('5m'), '5m'),
    )
    .addHelpText('after', examples('keys rotate', 'keys rotate --lead 1h'))
    .action(
      onDatabase(async (services, options: { lead: number }) => {
        const { number, activeAt } = await rotateKey(services)(options.lead);
        return `Key ${number} is published and becomes active at ${moment(activeAt)}. No further step is needed.`;
      }),
    );

  keys
    .command('retire')
    .description('Revoke a key permanently.')
    .argument('<key>', 'its number or key id')
    .option('--now', 'even if it has signed valid tokens, because it was stolen', false)
    .addHelpText('after', examples('keys retire 2', 'keys retire 1 --now'))
    .action(
      onDatabase(async (services, key: string, { now }: { now: boolean }) => {
        const number = await retireKey(services)(key, now);
        return `Key ${number} is revoked. Tokens that it signed are refused.`;
      }),
    );
};
