import { Problem } from '@latchkey/guard/problem';
import * as z from 'zod/mini';

/**
 * Validates a body.
 * @throws Problem with a message for each invalid field
 */
export const parseBody = <Shape>(shape: z.ZodMiniType<Shape>, body: unknown): Shape => {
  if (body === undefined) throw new Problem('unsupported_media_type', 'Send JSON.');
  const parsed = z.safeParse(shape, body);
  if (parsed.success) return parsed.data;
  const errors = parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
  throw new Problem('invalid_request', 'The body has invalid fields.', { errors });
};
