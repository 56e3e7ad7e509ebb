import * as z from 'zod/mini';
import { fault } from './field-errors.ts';
import type { FieldFault } from './field-texts.ts';
import { isPlainText } from './text.ts';

const maxBytes = 16_384;
const maxDepth = 20;

/**
 * Returns the error of user-owned JSON, if any. Uses a list instead of recursion: a body nested 40,000 deep can be parsed, but would
 * overflow the stack here and in every later `JSON.stringify`.
 */
const faultOf = (root: unknown): FieldFault | undefined => {
  const waiting = [{ value: root, depth: 0 }];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { value, depth } = next;
    if (depth > maxDepth) return { code: 'too_deep', max: maxDepth };
    if (typeof value === 'string' && !isStorable(value)) return { code: 'invalid_characters' };
    if (typeof value === 'number' && !Number.isFinite(value)) return { code: 'too_large' };
    if (typeof value !== 'object' || value === null) continue;
    for (const [key, child] of Object.entries(value)) {
      if (!isPlainText(key) || key === '__proto__') return { code: 'not_allowed', allowed: [] };
      waiting.push({ value: child, depth: depth + 1 });
    }
  }
  const bytes = new TextEncoder().encode(JSON.stringify(root)).length;
  return bytes > maxBytes ? { code: 'too_large', max: maxBytes / 1024, kilobytes: Math.ceil(bytes / 1024) } : undefined;
};

/** Notes may have several lines. The databases cannot store NUL and lone surrogates. */
const isStorable = (text: string): boolean => isPlainText(text.replace(/[\t\n\r]/g, ''));

/** JSON that Latchkey only stores for the user, such as a cart or a theme: an object of up to 16 kB. */
export const metadata = z
  .custom<Record<string, unknown>>(
    (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
    fault({ code: 'wrong_type', expected: 'object' }),
  )
  .check(
    z.superRefine((value, issues) => {
      const found = faultOf(value);
      if (found) issues.addIssue({ code: 'custom', params: found, input: value });
    }),
    z.meta({ type: 'object', additionalProperties: true, description: 'Your own JSON, up to 16 kB' }),
  );
