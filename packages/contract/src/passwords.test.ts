import { expect, it } from 'vitest';
import * as z from 'zod/mini';
import { newPassword } from './passwords.ts';

it.each(['ｶﾞｷﾞｸﾞｹﾞ', 'ﾊﾟﾋﾟﾌﾟﾍﾟ'])('a new password has 8 characters on every keyboard: %s has 4', (text) => {
  const { error } = z.safeParse(newPassword, text);
  expect(error?.issues.map(({ message }) => message)).toEqual(['Password needs at least 8 characters.']);
});

it('a new password of 8 half-width characters is one of 8', () => {
  expect(z.parse(newPassword, 'ｶｷｸｹｺｻｼｽ')).toBe('カキクケコサシス');
});
