import { addSeconds } from '../clock.ts';
import { parseDuration } from '../config.ts';
import { unseal } from '../keys/app-secret.ts';
import { keyState } from '../keys/key-states.ts';
import { newSigningKey } from '../keys/signing-keys.ts';
import { type Command, CommandError, type Context, moment, table } from './commands.ts';

/** Services look at the JWKS again after a minute, and running processes after a second. */
const minLeadSeconds = 5;
/** A pending key keeps others from being made, so it may not be pending for long. */
const maxLead = '7d';

const listed = async ({ services }: Context) => {
  const { signingKeys: store, clock } = services;
  const keys = await store.list();
  return { store, keys: keys.map((key) => ({ ...key, state: keyState(key, keys, clock()) })) };
};

const list = async (context: Context): Promise<string> => {
  const { keys } = await listed(context);
  if (keys.length === 0) return 'There are no keys yet; Latchkey makes the first one when it starts.';
  return table([
    ['NUMBER', 'STATE', 'ALGORITHM', 'SIGNS FROM', 'KEY ID'],
    ...keys.map(({ number, state, algorithm, activeAt, id }) => [
      String(number),
      state,
      algorithm,
      moment(activeAt),
      id,
    ]),
  ]);
};

const rotate = async (context: Context, lead = '5m'): Promise<string> => {
  const { config } = context;
  const now = context.services.clock();
  if (config.jwtAlgorithm === 'HS256') {
    throw new CommandError(
      'With HS256 the key comes from APP_SECRET: set a new one, and name the old one in APP_SECRET_PREVIOUS.',
    );
  }
  const leadSeconds = parseDuration(lead);
  if (!(leadSeconds >= minLeadSeconds && leadSeconds <= parseDuration(maxLead))) {
    throw new CommandError(
      `--lead is "${lead}"; it must be from ${minLeadSeconds}s to ${maxLead}, written like 30s or 5m.`,
    );
  }
  const { store, keys } = await listed(context);
  const coming = keys.find(({ state }) => state === 'coming');
  if (coming)
    throw new CommandError(
      `Key ${coming.number} is on its way already; it signs from ${moment(coming.activeAt)}. To make another one first: pnpm keys retire ${coming.number}`,
    );
  // A key that the servers cannot open would keep them from every later change, and from starting again.
  const isOtherSecret = keys.some(
    ({ state, algorithm, sealedPrivateKey }) =>
      state === 'current' && algorithm !== 'HS256' && unseal(config.appSecrets, sealedPrivateKey) === undefined,
  );
  if (isOtherSecret) {
    throw new CommandError(
      'APP_SECRET does not open the present key; set it as the servers have it. Nothing was changed.',
    );
  }
  const number = (keys.at(-1)?.number ?? 0) + 1;
  const times = { createdAt: now, activeAt: addSeconds(now, keys.length === 0 ? 0 : leadSeconds) };
  const key = await newSigningKey(number, config.jwtAlgorithm, config.appSecrets[0], times);
  // Of two rotations at once, one puts the key of this number.
  if (!(await store.insert(key))) throw new CommandError('Another rotation came first; see pnpm keys list.');
  return `Key ${number} is published, and signs from ${moment(key.activeAt)}. Nothing else needs to be done.`;
};

const retire = async (context: Context, word: string | undefined, atOnce: boolean): Promise<string> => {
  const { store, keys } = await listed(context);
  const key = keys.find(({ number, id }) => String(number) === word || id === word);
  if (!key) throw new CommandError(`There is no key "${word ?? ''}"; see pnpm keys list.`);
  if (key.state === 'retired') throw new CommandError(`Key ${key.number} is retired already.`);
  if (key.algorithm === 'HS256') {
    throw new CommandError(`Key ${key.number} stands for JWT_SECRET or APP_SECRET; set another secret instead.`);
  }
  // A key that has not signed yet has no tokens.
  if (['current', 'previous'].includes(key.state) && !atOnce) {
    throw new CommandError(
      `Key ${key.number} has tokens that may still live. After pnpm keys rotate it goes by itself when the last of them is dead. If it was stolen: --now refuses them all at once.`,
    );
  }
  await store.retire(key.id, context.services.clock());
  return `Key ${key.number} is retired: no token that it signed is taken any more.`;
};

export const keyCommands: Record<string, Command> = {
  list: { usage: 'list', summary: 'the keys, and which part of their life they are in', run: list },
  rotate: {
    usage: 'rotate [--lead 5m]',
    summary: 'publish a new key now, sign with it after the lead',
    run: (context, _words, { lead }) => rotate(context, lead),
  },
  retire: {
    usage: 'retire <number> [--now]',
    summary: 'take a key away for good; --now if it was stolen',
    run: (context, [word], { now = false }) => retire(context, word, now),
  },
};
