import * as z from 'zod/mini';

/** Length as people count it (NIST SP 800-63B-4 §3.1.1.2): Unicode code points, not UTF-16 units. */
const lengthOf = (text: string): number => [...text].length;

/** Neither control characters nor half a surrogate pair: neither can be shown, and PostgreSQL stores neither. */
export const isPlainText = (text: string): boolean => text.isWellFormed() && !/\p{Cc}/u.test(text);

/** Says which of the two it is: nothing where text should be, or something else. */
export const textNamed = (what: string) =>
  z.string({ error: ({ input }) => (input === undefined ? `${what} is missing.` : `${what} must be text.`) });

/**
 * Text that stands in a sentence of ours: nothing that hides, that turns the words around it, or that is painted over the lines
 * next to it. The joiners stay: names and emoji are written with them.
 */
export const isCalmText = (text: string): boolean =>
  /[\p{L}\p{N}\p{P}\p{S}]/u.test(text) && !/(?![\u200c\u200d])\p{Cf}|[\p{Zl}\p{Zp}]|\p{M}{4}/u.test(text);

/** Text of one line, normalised to NFC, from `min` to `max` characters. */
export const line = (what: string, min: number, max: number) =>
  textNamed(what).check(
    z.refine(isPlainText, `${what} has a character that cannot be used.`),
    z.normalize('NFC'),
    z.refine((text) => lengthOf(text) >= min, {
      error: min === 1 ? `${what} is missing.` : `${what} needs at least ${min} characters.`,
      // Once is enough: a check that follows, after trimming, says the same.
      abort: true,
    }),
    z.refine((text) => lengthOf(text) <= max, `${what} can have at most ${max} characters.`),
    z.meta({ minLength: min, maxLength: max }),
  );

/** A name that people give: one line of text that stands calmly among other words. */
export const name = (what: string, max: number) =>
  line(what, 1, max).check(
    z.trim(),
    z.minLength(1, `${what} is missing.`),
    z.refine(isCalmText, `${what} has a character that cannot be seen, or that disturbs the text around it.`),
  );
