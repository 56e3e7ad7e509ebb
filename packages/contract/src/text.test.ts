import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { isPlainText, line, name, textNamed } from './text.ts';

const complaints = (schema: z.ZodMiniType, value: unknown): string[] =>
  z.safeParse(schema, value).error?.issues.map(({ message }) => message) ?? [];

describe('plain text', () => {
  it.each(['', 'abc', 'ü 密码 🔑', '\u202e', '\u00a0'])('is %j', (text) => {
    expect(isPlainText(text)).toBe(true);
  });

  it.each(['\u0000', 'a\tb', 'a\nb', '\u007f', '\u0085', '\ud800', 'a\udc00', '\udc00\ud800'])('is not %j', (text) => {
    expect(isPlainText(text)).toBe(false);
  });
});

describe('a line', () => {
  const code = line('Code', 2, 4);

  it('counts characters as people do', () => {
    expect(z.parse(code, '🔑🔑🔑🔑')).toBe('🔑🔑🔑🔑');
    expect(complaints(code, '🔑')).toEqual(['Code needs at least 2 characters.']);
    expect(complaints(code, '🔑🔑🔑🔑🔑')).toEqual(['Code can have at most 4 characters.']);
  });

  it('counts after composing, and gives the composed text', () => {
    expect(z.parse(code, 'u\u0308u\u0308u\u0308u\u0308')).toBe('üüüü');
  });

  it('says whether nothing was given, or something else', () => {
    expect(complaints(code, undefined)).toEqual(['Code is missing.']);
    for (const other of [null, 12, {}, ['ab']]) expect(complaints(code, other)).toEqual(['Code must be text.']);
    expect(complaints(line('Name', 1, 4), '')).toEqual(['Name is missing.']);
    expect(complaints(textNamed('Any'), undefined)).toEqual(['Any is missing.']);
  });

  it('refuses what cannot be shown', () => {
    expect(complaints(code, 'a\u0000b')).toEqual(['Code has a character that cannot be used.']);
  });
});

describe('a name', () => {
  const parse = (text: string) => z.safeParse(name('Name', 80), text).success;

  it.each(['Ada', '李小龍', 'नी', 'محمد', '👩‍👩‍👧', 'می‌خواهم', 'O’Brien-Smith 3rd', 'à̂́'])('may be %s', (text) => {
    expect(parse(text)).toBe(true);
  });

  it.each(['a\u202eb', '\u200b', '\u2066x\u2069', 'x\u2028y', '\u200d', `Z${'\u0351'.repeat(20)}`, 'x\ufeffy'])(
    'cannot turn round, hide or overpaint the words around it: %j',
    (text) => {
      expect(parse(text)).toBe(false);
    },
  );
});
