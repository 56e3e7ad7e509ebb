import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { parseFields } from './field-errors.ts';
import { isPlainText, line, name } from './text.ts';

const complaints = (schema: z.ZodMiniType, value: unknown, field = 'Code'): string[] =>
  parseFields(z.object({ [field]: schema }), { [field]: value }).errors?.map(({ message }) => message) ?? [];

describe('plain text', () => {
  it.each(['', 'abc', 'ü 密码 🔑', '\u202e', '\u00a0'])('is %j', (text) => {
    expect(isPlainText(text)).toBe(true);
  });

  it.each(['\u0000', 'a\tb', 'a\nb', '\u007f', '\u0085', '\ud800', 'a\udc00', '\udc00\ud800'])('is not %j', (text) => {
    expect(isPlainText(text)).toBe(false);
  });
});

describe('a line', () => {
  const code = line(2, 4);

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
    expect(complaints(line(1, 4), '', 'displayName')).toEqual(['Name is missing.']);
    expect(complaints(z.string(), undefined, 'Any')).toEqual(['Any is missing.']);
  });

  it('refuses what cannot be shown', () => {
    expect(complaints(code, 'a\u0000b')).toEqual(['Code has a character that cannot be used.']);
  });
});

describe('a name', () => {
  const schema = name(80);
  const parse = (text: string): string | undefined => z.safeParse(schema, text).data;

  it.each([
    'Ada',
    'O’Brien-Smith 3rd',
    '李小龍',
    '山田 太郎',
    '김민수',
    'محمد',
    'שָׁלוֹם',
    'वैष्णवी',
    'মৌসুমী',
    'நித்யஸ்ரீ',
    'മഞ്ജുള',
    'မြို့',
    'ဇော်ဝင်းထွဋ်',
    'བཀྲ་ཤིས་རྒྱལ་མཚན',
    'ཧྐྵྨླྺྃ',
    'น้ำทิพย์ กี่',
    'ສົມສັກ',
    'សុខា ស្រ្តី',
    'ᠰᠠᠷᠠ᠎ᠠ',
    'می‌خواهم',
    'à̂́',
    'Việt Nguyễn',
  ])('may be %s', (text) => {
    expect(parse(text)).toBe(text.normalize('NFC'));
  });

  it.each([
    ['a family, joined', '👩‍👩‍👧'],
    ['a skin tone', '👍🏽'],
    ['the flag of a country', '🇯🇵'],
    ['the flag of England', '🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}'],
    ['a keycap', '1\ufe0f\u20e3'],
    ['a heart in colour', '❤\ufe0f'],
    ['a pirate flag, joined', '🏴‍☠\ufe0f'],
  ])('may be %s', (_what, text) => {
    expect(parse(`Ada ${text}`)).toBe(`Ada ${text}`);
  });

  it.each([
    ['\u200fשלום\u200f', 'שלום'],
    ['\u202aAda\u202c', 'Ada'],
    ['\u2068Ada\u2069 \u200e', 'Ada'],
    ['\ufeff Ada\u200b', 'Ada'],
    ['Ada\u2060 Love\u00adlace', 'Ada Lovelace'],
  ])('is pasted as %j and kept without what cannot be seen', (pasted, kept) => {
    expect(parse(pasted)).toBe(kept);
  });

  it.each([
    'a\u202eb',
    '\u200b',
    '\u3164',
    '\u2800',
    '\u200f\u202a\u202c',
    'x\u2028y',
    '\u200d',
    `Z${'\u0351'.repeat(20)}`,
    `น${'\u0e49'.repeat(9)}`,
    'x\u{e0041}\u{e0042}',
    '🏴\u{e0067}\u{e0062}',
    'x\u206fy',
    'x\ufff9y',
  ])('cannot turn round, hide or overpaint the words around it: %j', (text) => {
    expect(parse(text)).toBeUndefined();
  });

  it('of any letter with up to eight marks is taken; what is kept is taken again and stays the same', () => {
    const letters = fc.constantFrom(...'aαжאبकকกກကཀកሀ漢あ한ᠠ');
    const marks = fc.array(fc.constantFrom('\u0300', '\u0323', '\u0e49', '\u103c', '\u0f71'), { maxLength: 8 });
    const bidi = fc.constantFrom('', '\u200e', '\u200f', '\u202a', '\u202c', '\u2067', '\u2069');
    const syllable = fc.tuple(letters, marks, bidi).map(([letter, above, mark]) => letter + above.join('') + mark);
    const text = fc.array(syllable, { minLength: 1, maxLength: 6 }).map((syllables) => syllables.join(''));
    fc.assert(
      fc.property(text, (given) => {
        const kept = parse(given);
        expect(kept).toBe(given.replace(/\p{Bidi_C}/gu, '').normalize('NFC'));
        expect(parse(kept ?? '')).toBe(kept);
      }),
    );
  });
});
