import * as z from 'zod/mini';
import { textNamed } from './text.ts';

/** The token of a link in a message: 256 bits in base64url. The link carries it in its fragment, which no server logs. */
export const linkToken = textNamed('Token').check(
  z.regex(/^[\w-]{43}$/, 'This link is not complete. Open it again from the message, or copy all of it.'),
  z.meta({ 'x-secret': true }),
);
