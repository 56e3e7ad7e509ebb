import * as z from 'zod/mini';

/** Length as people count it (NIST SP 800-63B-4 §3.1.1.2): Unicode code points, not UTF-16 units. */
const lengthOf = (text: string): number => [...text].length;

/** Neither control characters nor half a surrogate pair: neither can be shown, and PostgreSQL stores neither. */
export const isPlainText = (text: string): boolean => text.isWellFormed() && !/\p{Cc}/u.test(text);

/** Says which of the two it is: nothing where text should be, or something else. */
export const textNamed = (what: string) =>
  z.string({ error: ({ input }) => (input === undefined ? `${what} is missing.` : `${what} must be text.`) });

/**
 * Invisible characters that come along when text is copied, and that change nothing about the letters: direction marks (an
 * override stays, since the reader saw another order), zero-width spaces, soft hyphens.
 */
const pastedNoise = /(?!\u202e)\p{Bidi_Control}|[\u00ad\u200b\u2060\ufeff]/gu;

/** The text without the invisible characters that pasting brings. */
export const withoutPastedNoise = (text: string): string => text.replace(pastedNoise, '');

/** An emoji flag of a region, such as England: its tag characters are invisible anywhere else (UTS #51, ED-14a). */
const regionFlag = /\u{1f3f4}[\u{e0020}-\u{e007e}]{1,30}\u{e007f}/gu;

const visible = /(?![\p{Default_Ignorable_Code_Point}\u2800])[\p{L}\p{N}\p{P}\p{S}]/u;

/** Names and emoji are written with the joiners, Mongolian with its vowel separator. */
const hidden = /(?!\u200c|\u200d|\u180e)(?=\p{Default_Ignorable_Code_Point})\p{Cf}|[\ufff9-\ufffb\p{Zl}\p{Zp}]/u;

/** No script puts more than eight marks on one letter: the tallest Tibetan stacks have seven. */
const overpainting = /\p{M}{9}/u;

/** Text that stands in a sentence: nothing that hides, that reverses the words around it, or that is painted over the lines next to it. */
export const isCalmText = (text: string): boolean =>
  visible.test(text) && !hidden.test(text.replace(regionFlag, '')) && !overpainting.test(text);

const plain = (what: string) => z.refine<string>(isPlainText, `${what} has a character that cannot be used.`);

const lengthBetween = (what: string, min: number, max: number) =>
  [
    z.refine<string>((text) => lengthOf(text) >= min, {
      error: min === 1 ? `${what} is missing.` : `${what} needs at least ${min} characters.`,
      abort: true,
    }),
    z.refine<string>((text) => lengthOf(text) <= max, `${what} can have at most ${max} characters.`),
    z.meta({ minLength: min, maxLength: max }),
  ] as const;

/** Text of one line, normalised to NFC, from `min` to `max` characters. Nothing is taken away: this is for secrets. */
export const line = (what: string, min: number, max: number) =>
  textNamed(what).check(plain(what), z.normalize('NFC'), ...lengthBetween(what, min, max));

/** As `line`, without what pasting brings: invisible characters, and spaces at the ends. */
export const pastedLine = (what: string, min: number, max: number) =>
  textNamed(what).check(
    plain(what),
    z.overwrite(withoutPastedNoise),
    z.normalize('NFC'),
    z.trim(),
    ...lengthBetween(what, min, max),
  );

/** A name that people give: one line of text that stands calmly among other words. */
export const name = (what: string, max: number) =>
  pastedLine(what, 1, max).check(
    z.refine<string>(isCalmText, `${what} has a character that cannot be seen, or that disturbs the text around it.`),
  );
