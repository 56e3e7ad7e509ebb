import * as z from 'zod/mini';
import { fault } from './field-errors.ts';

/** Length as people count it (NIST SP 800-63B-4 §3.1.1.2): Unicode code points, not UTF-16 units. */
const lengthOf = (text: string): number => [...text].length;

/** No control characters or lone surrogates: they cannot be displayed, and PostgreSQL does not store them. */
export const isPlainText = (text: string): boolean => text.isWellFormed() && !/\p{Cc}/u.test(text);

/**
 * Invisible characters that copying adds and that do not change the letters: direction marks (not overrides, which change the
 * visible order), zero-width spaces, soft hyphens.
 */
const pastedNoise = /(?!\u202e)\p{Bidi_Control}|[\u00ad\u200b\u2060\ufeff]/gu;

/** The text without invisible characters from pasting. */
export const withoutPastedNoise = (text: string): string => text.replace(pastedNoise, '');

/** An emoji flag of a region, such as England. Elsewhere its tag characters are invisible (UTS #51, ED-14a). */
const regionFlag = /\u{1f3f4}[\u{e0020}-\u{e007e}]{1,30}\u{e007f}/gu;

const visible = /(?![\p{Default_Ignorable_Code_Point}\u2800])[\p{L}\p{N}\p{P}\p{S}]/u;

/** Names and emoji use the joiners, Mongolian its vowel separator. */
const hidden = /(?!\u200c|\u200d|\u180e)(?=\p{Default_Ignorable_Code_Point})\p{Cf}|[\ufff9-\ufffb\p{Zl}\p{Zp}]/u;

/** No script uses more than eight marks on one letter; the tallest Tibetan stacks have seven. */
const overpainting = /\p{M}{9}/u;

/** Text that is safe inside a sentence: visible, without reversing or overprinting the text around it. */
export const isCalmText = (text: string): boolean =>
  visible.test(text) && !hidden.test(text.replace(regionFlag, '')) && !overpainting.test(text);

const plain = z.refine<string>(isPlainText, fault({ code: 'invalid_characters' }));

const lengthBetween = (min: number, max: number) =>
  [
    z.refine<string>((text) => lengthOf(text) >= min, {
      ...fault(min === 1 ? { code: 'missing' } : { code: 'too_short', min }),
      abort: true,
    }),
    z.refine<string>((text) => lengthOf(text) <= max, fault({ code: 'too_long', max })),
    z.meta({ minLength: min, maxLength: max }),
  ] as const;

/** One line of text from `min` to `max` characters, as it was typed. */
export const rawLine = (min: number, max: number) => z.string().check(plain, ...lengthBetween(min, max));

/** One line of text, normalized to NFC, from `min` to `max` characters. Removes nothing, so it is suitable for secrets. */
export const line = (min: number, max: number) =>
  z.string().check(plain, z.normalize('NFC'), ...lengthBetween(min, max));

/** Like `line`, without invisible characters from pasting and without spaces at the ends. */
export const pastedLine = (min: number, max: number) =>
  z.string().check(plain, z.overwrite(withoutPastedNoise), z.normalize('NFC'), z.trim(), ...lengthBetween(min, max));

/** A name chosen by a user: one line of text that is safe inside a sentence. */
export const name = (max: number) =>
  pastedLine(1, max).check(z.refine<string>(isCalmText, fault({ code: 'invalid_characters', isHidden: true })));
