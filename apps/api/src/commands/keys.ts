import { addSeconds } from '../clock.ts';
import { parseDuration } from '../config.ts';
import { unseal } from '../keys/app-secret.ts';
import { keyState } from '../keys/key-states.ts';
import { newSigningKey } from '../keys/signing-keys.ts';
import { type Command, CommandError, type Context, moment, table } from './commands.ts';

/** Running processes reload the keys every second, services the JWKS every minute. */
const minLeadSeconds = 5;
/** While one key is pending no other can be created, so the time is limited. */
const maxLead = '7d';

const listed = async ({ services }: Context) => {
  const { signingKeys: store, clock } = services;
  const keys = await store.list();
  return { store, keys: keys.map((key) => ({ ...key, state: keyState(key, keys, clock()) })) };
};

const list = async (context: Context): Promise<string> => {
  const { keys } = await listed(context);
  if (keys.length === 0) return 'There are no keys yet. Latchkey creates the first one when it starts.';
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
      'With HS256 the key is derived from APP_SECRET: set a new APP_SECRET and move the old one to APP_SECRET_PREVIOUS.',
    );
  }
  const leadSeconds = parseDuration(lead);
  if (!(leadSeconds >= minLeadSeconds && leadSeconds <= parseDuration(maxLead))) {
    throw new CommandError(`--lead is "${lead}"; it must be from ${minLeadSeconds}s to ${maxLead}, such as 30s or 5m.`);
  }
  const { store, keys } = await listed(context);
  const pending = keys.find(({ state }) => state === 'pending');
  if (pending)
    throw new CommandError(
      `Key ${pending.number} is already pending; it becomes active at ${moment(pending.activeAt)}. To cancel it: pnpm keys retire ${pending.number}`,
    );
  // If the servers could not decrypt the key, they would load no later change and could not restart.
  const isOtherSecret = keys.some(
    ({ state, algorithm, sealedPrivateKey }) =>
      state === 'active' && algorithm !== 'HS256' && unseal(config.appSecrets, sealedPrivateKey) === undefined,
  );
  if (isOtherSecret) {
    throw new CommandError(
      'APP_SECRET does not decrypt the active key; use the APP_SECRET of the servers. Nothing was changed.',
    );
  }
  const number = (keys.at(-1)?.number ?? 0) + 1;
  const times = { createdAt: now, activeAt: addSeconds(now, keys.length === 0 ? 0 : leadSeconds) };
  const key = await newSigningKey(number, config.jwtAlgorithm, config.appSecrets[0], times);
  // Of two concurrent rotations, one inserts the key with this number.
  if (!(await store.insert(key))) throw new CommandError('Another rotation ran at the same time; see pnpm keys list.');
  return `Key ${number} is published and becomes active at ${moment(key.activeAt)}. No further step is needed.`;
};

const retire = async (context: Context, word: string | undefined, isStolen: boolean): Promise<string> => {
  const { store, keys } = await listed(context);
  const key = keys.find(({ number, id }) => String(number) === word || id === word);
  if (!key) throw new CommandError(`There is no key "${word ?? ''}"; see pnpm keys list.`);
  if (key.state === 'revoked') throw new CommandError(`Key ${key.number} is already revoked.`);
  if (key.algorithm === 'HS256') {
    throw new CommandError(`Key ${key.number} represents JWT_SECRET or APP_SECRET; change the secret instead.`);
  }
  // A key that has not signed yet has no tokens.
  if (['active', 'retiring'].includes(key.state) && !isStolen) {
    throw new CommandError(
      `Key ${key.number} has signed tokens that may still be valid. After pnpm keys rotate it expires automatically with the last of them. If the key was stolen, --now refuses its tokens immediately.`,
    );
  }
  await store.retire(key.id, context.services.clock());
  return `Key ${key.number} is revoked. Tokens that it signed are refused.`;
};

export const keyCommands: Record<string, Command> = {
  list: { usage: 'list', summary: 'list the keys and their states', run: list },
  rotate: {
    usage: 'rotate [--lead 5m]',
    summary: 'publish a new key now and sign with it after the lead',
    run: (context, _words, { lead }) => rotate(context, lead),
  },
  retire: {
    usage: 'retire <number> [--now]',
    summary: 'revoke a key permanently; --now if it was stolen',
    run: (context, [word], { now = false }) => retire(context, word, now),
  },
};
