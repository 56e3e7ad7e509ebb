import { expect, it } from 'vitest';
import { lookUp } from './commands.ts';
import { keyCommands } from './keys.ts';
import { userCommands } from './users.ts';

it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', ''])('%j is not a command', (name) => {
  expect(lookUp(userCommands, name)).toBeUndefined();
  expect(lookUp(keyCommands, name)).toBeUndefined();
});

it('a command is found by its name', () => {
  expect(lookUp(userCommands, 'promote')).toBe(userCommands.promote);
});
