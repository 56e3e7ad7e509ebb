import * as z from 'zod/mini';
import { type FieldCode, fault } from './field-errors.ts';
import { isPlainText } from './text.ts';

const maxBytes = 16_384;
const maxDepth = 20;

/**
 * Returns the error of user-owned JSON, if any. Uses a list instead of recursion: a body nested 40,000 deep can be parsed, but would
 * overflow the stack here and in every later `JSON.stringify`.
 */
const faultOf = (root: unknown): readonly [FieldCode, string] | undefined => {
  const waiting = [{ value: root, depth: 0 }];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { value, depth } = next;
    if (depth > maxDepth) return ['too_deep', `Metadata can be nested at most ${maxDepth} deep.`];
    if (typeof value === 'string' && !isStorable(value))
      return ['invalid_characters', 'Metadata has a text with a character that cannot be used.'];
    if (typeof value === 'number' && !Number.isFinite(value))
      return ['too_large', 'Metadata has a number that is too large.'];
    if (typeof value !== 'object' || value === null) continue;
    for (const [key, child] of Object.entries(value)) {
      if (!isPlainText(key) || key === '__proto__') return ['not_allowed', 'Metadata has a name that cannot be used.'];
      waiting.push({ value: child, depth: depth + 1 });
    }
  }
  const bytes = new TextEncoder().encode(JSON.stringify(root)).length;
  return bytes > maxBytes
    ? ['too_large', `Metadata can be at most 16 kB of JSON; this is ${Math.ceil(bytes / 1024)} kB.`]
    : undefined;
};

/** Notes may have several lines. The databases cannot store NUL and lone surrogates. */
const isStorable = (text: string): boolean => isPlainText(text.replace(/[\t\n\r]/g, ''));

/** JSON that Latchkey only stores for the user, such as a cart or a theme: an object of up to 16 kB. */
export const metadata = z
  .custom<Record<string, unknown>>(
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
    'Metadata must be an object.',
  )
  .check(
    z.superRefine((value, issues) => {
      const found = faultOf(value);
      if (!found) return;
      const { error, params } = fault(...found);
      issues.addIssue({ code: 'custom', message: error, params, input: value });
    }),
    z.meta({ type: 'object', additionalProperties: true, description: 'Your own JSON, up to 16 kB' }),
  );
