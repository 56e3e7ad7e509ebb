import { expect, it } from 'vitest';
import * as z from 'zod/mini';
import { parseFields } from './field-errors.ts';
import { newPassword } from './passwords.ts';

it.each(['ｶﾞｷﾞｸﾞｹﾞ', 'ﾊﾟﾋﾟﾌﾟﾍﾟ'])('a new password has 8 characters on every keyboard: %s has 4', (text) => {
  const { errors } = parseFields(z.object({ newPassword }), { newPassword: text });
  expect(errors?.map(({ message }) => message)).toEqual(['Password needs at least 8 characters.']);
});

it('a new password of 8 half-width characters is one of 8', () => {
  expect(z.parse(newPassword, 'ｶｷｸｹｺｻｼｽ')).toBe('カキクケコサシス');
});
